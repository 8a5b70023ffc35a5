ALTER TABLE alert_history DROP COLUMN github_issue_url;
ALTER TABLE alert_history DROP COLUMN github_issue_created;
