"""Database engine of the project: Django's PostgreSQL, with the embedded server started when it is first needed."""
