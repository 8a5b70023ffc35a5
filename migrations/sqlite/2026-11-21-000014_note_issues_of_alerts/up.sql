ALTER TABLE alert_history ADD COLUMN github_issue_created INTEGER NOT NULL DEFAULT 0
    CONSTRAINT ck_alert_history_github_issue_created CHECK (github_issue_created IN (0, 1));
ALTER TABLE alert_history ADD COLUMN github_issue_url TEXT;
