# InstaInstru in Grafana Cloud: the dashboards and alerts of deploy/monitoring, from the same files as at home.
#
#   terraform init
#   terraform apply -var grafana_url=https://studio.grafana.net -var prometheus_uid=grafanacloud-prom -var alert_email=you@example.com
#
# The token is read from TF_VAR_grafana_token. State holds it, so keep state where only you can read it.

terraform {
  required_version = ">= 1.5"
  required_providers {
    grafana = {
      source  = "grafana/grafana"
      version = "~> 3.0"
    }
  }
}

provider "grafana" {
  url  = var.grafana_url
  auth = var.grafana_token
}

locals {
  monitoring = "${path.module}/../monitoring"
  dashboards = "${local.monitoring}/grafana/dashboards"
  alerts     = yamldecode(file("${local.monitoring}/prometheus/alerts.yml"))
  # The data source that the dashboards name when Grafana runs beside Prometheus.
  local_prometheus_uid = "prometheus-uid"
}

resource "grafana_folder" "instainstru" {
  title = "InstaInstru"
}

resource "grafana_dashboard" "all" {
  for_each = fileset(local.dashboards, "*.json")

  folder      = grafana_folder.instainstru.uid
  config_json = replace(file("${local.dashboards}/${each.value}"), local.local_prometheus_uid, var.prometheus_uid)
  overwrite   = true
}
