"""What has had its time is forgotten: texts, mails, logs and logins, each after its own number of days."""
