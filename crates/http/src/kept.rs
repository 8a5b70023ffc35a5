//! Answering public questions from what is kept, without leaving the thread that asks; making the answer otherwise.

use std::{
    error::Error,
    future::{Ready, ready},
    io::{self, Write as _},
    sync::Arc,
    time::Duration,
};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload};
use flate2::{Compression, write::GzEncoder};
use instainstru_domain::ports::response_cache::{
    AnswerKind, CacheKey, MakeFailure, Origin, ReadyAnswer, Topic,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{
    act::hex,
    application::{Application, HttpSettings},
    error::ApiError,
    etag::{self, Sharing},
    extract::application,
    middleware::MIN_COMPRESSED_BYTES,
};

/// What changes often.
pub(crate) const HOT: Duration = Duration::from_secs(300);
/// What changes rarely.
pub(crate) const WARM: Duration = Duration::from_secs(3600);
/// Longer questions are kept under a digest.
const LONGEST_QUESTION: usize = 200;

/// Answers a public question. An extractor.
pub(crate) struct Kept(HttpRequest);

impl FromRequest for Kept {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.clone())))
    }
}

/// The key of a question, however long it is.
pub(crate) fn key(kind: AnswerKind, question: &str, about: &[Topic], lifetime: Duration) -> CacheKey {
    if question.len() <= LONGEST_QUESTION {
        return CacheKey::new(kind, question, about, lifetime);
    }
    CacheKey::new(kind, &hex(&Sha256::digest(question)), about, lifetime)
}

impl Kept {
    /// The settings, for keys and lifetimes.
    pub(crate) fn settings(&self) -> Result<&HttpSettings, ApiError> {
        Ok(&application(&self.0)?.settings)
    }

    /// The answer to `key`: kept, or made by `make` on a thread that may block.
    ///
    /// # Errors
    /// What `make` returns, or that it could not run. Errors are told to everybody who waits and kept for nobody.
    pub(crate) async fn answer<T, E>(
        self,
        key: &CacheKey,
        sharing: Sharing,
        make: impl FnOnce(&Application) -> Result<T, E> + Send + 'static,
    ) -> Result<HttpResponse, ApiError>
    where
        T: Serialize,
        E: Into<ApiError> + Send + 'static,
    {
        let app = application(&self.0)?;
        let (answer, origin) = find_or_make(app, key, make).await?;
        etag::send(&self.0, answer, sharing, origin)
    }
}

/// The answer to `key` and, where there is a cache, whether it was kept.
pub(crate) async fn find_or_make<T, E>(
    app: &Application,
    key: &CacheKey,
    make: impl FnOnce(&Application) -> Result<T, E> + Send + 'static,
) -> Result<(Arc<ReadyAnswer>, Option<Origin>), ApiError>
where
    T: Serialize,
    E: Into<ApiError> + Send + 'static,
{
    let Some(cache) = &app.edge.cache else {
        return Ok((Arc::new(prepare(app, key, make).await?), None));
    };
    if let Some(found) = cache.find(key) {
        return Ok((found, Some(Origin::Kept)));
    }
    let making = async { prepare(app, key, make).await.map_err(shared) };
    let (answer, origin) =
        cache.find_or_make(key, Box::pin(making)).await.map_err(|failure| own(&*failure))?;
    Ok((answer, Some(origin)))
}

/// Makes an answer ready to be sent, all of it on a thread that may block.
async fn prepare<T, E>(
    app: &Application,
    key: &CacheKey,
    make: impl FnOnce(&Application) -> Result<T, E> + Send + 'static,
) -> Result<ReadyAnswer, ApiError>
where
    T: Serialize,
    E: Into<ApiError> + Send + 'static,
{
    let (own, question) = (app.clone(), key.text().to_owned());
    // What is sent once is compressed when it is sent, if at all.
    let is_kept = app.edge.cache.is_some() && !key.lifetime().is_zero();
    let job = move || {
        let answer = make(&own).map_err(Into::into)?;
        let body = serde_json::to_vec(&answer).map_err(ApiError::internal)?;
        let gzip = if is_kept { compress(&body).map_err(ApiError::internal)? } else { None };
        Ok::<_, ApiError>(ReadyAnswer { gzip, tag: etag::tag(&question, &body), body })
    };
    app.settings.lanes.database().run(job).await
}

/// The body compressed, when that makes it shorter.
fn compress(body: &[u8]) -> io::Result<Option<Vec<u8>>> {
    if body.len() < MIN_COMPRESSED_BYTES {
        return Ok(None);
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::default());
    encoder.write_all(body)?;
    let compressed = encoder.finish()?;
    Ok((compressed.len() < body.len()).then_some(compressed))
}

fn shared(error: ApiError) -> MakeFailure {
    Arc::new(error)
}

/// The error that everybody who waited gets a copy of.
fn own(failure: &(dyn Error + Send + Sync + 'static)) -> ApiError {
    match failure.downcast_ref::<ApiError>() {
        Some(error) => error.clone(),
        None => ApiError::internal(failure.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn what_is_compressed_can_be_read_again_and_what_is_short_is_left_alone() {
        let long = b"[1,2,3]".repeat(100);
        let compressed = compress(&long).unwrap().unwrap();
        let mut read = Vec::new();
        flate2::read::GzDecoder::new(compressed.as_slice()).read_to_end(&mut read).unwrap();
        assert_eq!(read, long);
        assert_eq!(compress(b"{}").unwrap(), None);
    }

    #[test]
    fn a_long_question_has_a_short_key_of_its_own() {
        let key = |text: &str| key(AnswerKind::Search, text, &[], HOT).text().to_owned();
        assert_eq!(key("piano"), "search:piano");
        let (first, second) = (key(&"a".repeat(5_000)), key(&"a".repeat(5_001)));
        assert!(first.len() < LONGEST_QUESTION && first != second);
    }
}
