# Every group of Prometheus becomes a group of Grafana. The expressions filter by themselves: whatever they find is an alert.

resource "grafana_rule_group" "all" {
  for_each = { for group in local.alerts.groups : group.name => group }

  name             = each.key
  folder_uid       = grafana_folder.instainstru.uid
  interval_seconds = 60

  dynamic "rule" {
    for_each = each.value.rules

    content {
      name           = rule.value.alert
      for            = try(rule.value.for, "0s")
      condition      = "found"
      no_data_state  = "OK"
      exec_err_state = "Error"
      labels         = rule.value.labels
      annotations    = rule.value.annotations

      data {
        ref_id         = "expression"
        datasource_uid = var.prometheus_uid

        relative_time_range {
          from = 600
          to   = 0
        }

        model = jsonencode({
          refId   = "expression"
          expr    = rule.value.expr
          instant = true
        })
      }

      data {
        ref_id         = "found"
        datasource_uid = "__expr__"

        relative_time_range {
          from = 0
          to   = 0
        }

        model = jsonencode({
          refId      = "found"
          type       = "math"
          expression = "is_number($expression)"
        })
      }
    }
  }
}

resource "grafana_contact_point" "team" {
  name = "InstaInstru"

  email {
    addresses = [var.alert_email]
  }
}

resource "grafana_notification_policy" "all" {
  contact_point   = grafana_contact_point.team.name
  group_by        = ["alertname", "severity"]
  group_wait      = "30s"
  group_interval  = "5m"
  repeat_interval = "4h"
}
