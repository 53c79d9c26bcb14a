"""A chat model as a coder: what it is asked, what of its answer counts, and under which key it is kept."""
