//! Hearing what other servers publish, for as long as the process lives.

use std::{sync::Arc, time::Duration};

use deadpool_redis::redis::{Client, RedisResult, aio::PubSub};
use futures_util::StreamExt;
use tokio::time::{sleep, timeout};

/// Pauses between attempts to listen: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// A connection over which nothing came for so long is asked whether it still exists.
const SILENCE: Duration = Duration::from_secs(5);
/// How long it may take to answer that, or to be made.
const PATIENCE: Duration = Duration::from_secs(1);

/// Hears what is published on one channel.
pub(crate) trait Listener: Send + Sync {
    /// Name of the channel.
    fn channel(&self) -> &str;

    /// Something was published.
    fn hear(&self, message: &[u8]);

    /// Listening begins; what was published before is lost.
    fn begins(&self);

    /// Nothing is heard from now on.
    fn ends(&self);
}

/// Listens, and begins anew whenever the connection fails.
pub(super) async fn listen(client: Client, listeners: Vec<Arc<dyn Listener>>) {
    let mut pause = PAUSES.0;
    loop {
        if let Ok(Ok(subscription)) = timeout(PATIENCE, subscribe(&client, &listeners)).await {
            pause = PAUSES.0;
            listeners.iter().for_each(|listener| listener.begins());
            hear(subscription, &listeners).await;
            listeners.iter().for_each(|listener| listener.ends());
        }
        sleep(pause).await;
        pause = pause.saturating_mul(2).min(PAUSES.1);
    }
}

async fn subscribe(client: &Client, listeners: &[Arc<dyn Listener>]) -> RedisResult<PubSub> {
    let mut subscription = client.get_async_pubsub().await?;
    for listener in listeners {
        subscription.subscribe(listener.channel()).await?;
    }
    Ok(subscription)
}

/// Returns when the connection is lost.
async fn hear(subscription: PubSub, listeners: &[Arc<dyn Listener>]) {
    let (mut sink, mut messages) = subscription.split();
    loop {
        match timeout(SILENCE, messages.next()).await {
            Ok(Some(message)) => {
                let addressed = listeners.iter().find(|own| own.channel() == message.get_channel_name());
                if let Some(listener) = addressed {
                    listener.hear(message.get_payload_bytes());
                }
            }
            Ok(None) => return,
            Err(_silence) => match timeout(PATIENCE, sink.ping::<()>()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return,
            },
        }
    }
}
