variable "grafana_url" {
  description = "Address of the Grafana, such as https://studio.grafana.net."
  type        = string

  validation {
    condition     = startswith(var.grafana_url, "https://")
    error_message = "The token must not travel without TLS."
  }
}

variable "grafana_token" {
  description = "Token of a service account that may edit folders, dashboards and alerts."
  type        = string
  sensitive   = true
}

variable "prometheus_uid" {
  description = "Identifier of the Prometheus data source in that Grafana."
  type        = string
  default     = "grafanacloud-prom"
}

variable "alert_email" {
  description = "Who is written to when something is wrong."
  type        = string
}
