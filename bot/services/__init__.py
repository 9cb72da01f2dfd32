"""What the business does: one file a subject, one method a deed."""
