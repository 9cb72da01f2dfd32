"""GitHub in a box: a repository with its commits and releases, as the REST API shows them."""
