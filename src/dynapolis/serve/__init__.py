"""The web application and the API of a workspace: every question a page, every number a way back to its evidence."""
