//! Series whose values somebody else keeps, and the text in which Prometheus reads everything.

use std::sync::{PoisonError, RwLock};

use prometheus::{
    Encoder as _, Registry, TextEncoder,
    proto::{Counter, Gauge, LabelPair, Metric, MetricFamily, MetricType},
};

use crate::sources::Source;

/// Series that are read at the moment somebody asks. Filled by a [`Source`].
#[derive(Debug, Default)]
pub struct Figures {
    families: Vec<MetricFamily>,
}

impl Figures {
    /// Adds a counter: something that only grows while the process lives. Its name ends in `_total`.
    pub fn counter(&mut self, name: &str, help: &str, labels: &[(&str, &str)], value: f64) {
        let mut counter = Counter::default();
        counter.set_value(value);
        let mut metric = Metric::from_label(pairs(labels));
        metric.set_counter(counter);
        self.add(name, help, MetricType::COUNTER, metric);
    }

    /// Adds a gauge: something that goes up and down.
    pub fn gauge(&mut self, name: &str, help: &str, labels: &[(&str, &str)], value: f64) {
        let mut gauge = Gauge::default();
        gauge.set_value(value);
        let mut metric = Metric::from_label(pairs(labels));
        metric.set_gauge(gauge);
        self.add(name, help, MetricType::GAUGE, metric);
    }

    /// Adds a gauge if its value is known.
    pub fn gauge_if_known(&mut self, name: &str, help: &str, value: Option<f64>) {
        if let Some(value) = value {
            self.gauge(name, help, &[], value);
        }
    }

    fn add(&mut self, name: &str, help: &str, kind: MetricType, metric: Metric) {
        if let Some(family) = self.families.iter_mut().find(|family| family.name() == name) {
            family.mut_metric().push(metric);
            return;
        }
        let mut family = MetricFamily::default();
        family.set_name(name.to_owned());
        family.set_help(help.to_owned());
        family.set_field_type(kind);
        family.mut_metric().push(metric);
        self.families.push(family);
    }
}

fn pairs(labels: &[(&str, &str)]) -> Vec<LabelPair> {
    let mut pairs: Vec<LabelPair> = labels
        .iter()
        .map(|(name, value)| {
            let mut pair = LabelPair::default();
            pair.set_name((*name).to_owned());
            pair.set_value((*value).to_owned());
            pair
        })
        .collect();
    pairs.sort_by(|one, other| one.name().cmp(other.name()));
    pairs
}

/// Everything that can be read.
#[derive(Default)]
pub(crate) struct Exposition {
    pub(crate) registry: Registry,
    sources: RwLock<Vec<Box<dyn Source>>>,
}

impl Exposition {
    pub(crate) fn add(&self, source: Box<dyn Source>) {
        self.sources.write().unwrap_or_else(PoisonError::into_inner).push(source);
    }

    /// Every series there is, in the text format of Prometheus, by name.
    pub(crate) fn text(&self) -> String {
        let mut figures = Figures { families: self.registry.gather() };
        for source in &*self.sources.read().unwrap_or_else(PoisonError::into_inner) {
            source.collect(&mut figures);
        }
        figures.families.sort_by(|one, other| one.name().cmp(other.name()));
        let mut text = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&figures.families, &mut text) {
            tracing::error!(error = %error, "the series cannot be written");
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Queues;

    impl Source for Queues {
        fn collect(&self, to: &mut Figures) {
            for (name, depth) in [("mail", 3.0), ("a\"b", 0.5)] {
                to.gauge("queue_depth", "How long a queue is.", &[("queue", name), ("a", "1")], depth);
            }
            to.counter("calls_total", "Calls.", &[], 7.0);
            to.gauge_if_known("unknown", "Not known.", None);
        }
    }

    #[test]
    fn a_source_is_asked_when_somebody_reads() {
        let exposition = Exposition::default();
        exposition.add(Box::new(Queues));
        let expected = "# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total 7\n\
                        # HELP queue_depth How long a queue is.\n# TYPE queue_depth gauge\n\
                        queue_depth{a=\"1\",queue=\"mail\"} 3\nqueue_depth{a=\"1\",queue=\"a\\\"b\"} 0.5\n";
        assert_eq!(exposition.text(), expected);
        assert_eq!(exposition.text(), expected, "and again");
    }
}
