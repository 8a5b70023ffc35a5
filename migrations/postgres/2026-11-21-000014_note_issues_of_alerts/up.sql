ALTER TABLE alert_history ADD COLUMN github_issue_created BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE alert_history ADD COLUMN github_issue_url VARCHAR(500);

COMMENT ON COLUMN alert_history.github_issue_created IS 'Whether an issue was opened for it.';
COMMENT ON COLUMN alert_history.github_issue_url IS 'Where people read that issue.';
