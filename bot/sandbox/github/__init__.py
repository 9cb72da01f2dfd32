"""GitHub in a box: repositories with releases and their files, as the REST API shows them."""
