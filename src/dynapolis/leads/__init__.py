"""The story of leads, from a published list to counts that nobody takes for city projects.

    file ─▶ snapshot ─▶ tables ─▶ what changed ─▶ towns matched, national bodies flagged ─▶ counts with and without them

Leads are candidates: they are screened and coded before anything is counted as an initiative of a city. The town of a
participation is the legal seat of an organisation, not the place of a project.
"""
