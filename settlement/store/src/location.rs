//! Where a content store lies: a folder of this machine, or a bucket of anything
//! that speaks S3. Does no I/O.

use crate::connection::Connector;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path as ObjectPath;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// How every bucket's address begins.
const BUCKET: &str = "s3://";
/// How the names of the settings begin, in the environment.
const SETTING: &str = "AWS_";
/// A call that fails for now is made again so often, within so long. Whoever asked
/// then waits and asks again.
const ATTEMPTS: usize = 3;
const ATTEMPTS_WITHIN: Duration = Duration::from_secs(20);

/// Why a text names no store.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// Neither a folder nor a bucket.
    #[error("{0:?} is no content store: give a folder, or a bucket as s3://bucket or s3://bucket/prefix")]
    Scheme(String),
    /// A bucket without a name, or a prefix that names nothing.
    #[error("{0:?} names no bucket: write s3://bucket or s3://bucket/prefix")]
    Bucket(String),
}

/// See the module's head.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder, which is made when it is not there.
    Folder(PathBuf),
    /// A bucket, which is there.
    Bucket(Bucket),
}

/// A bucket and how it is reached.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    name: String,
    /// What stands before every name in it.
    prefix: ObjectPath,
    /// Endpoint, region, credentials. Secrets are among them.
    settings: Vec<(AmazonS3ConfigKey, String)>,
}

impl Location {
    /// Reads a folder's path or a bucket's address. What else a bucket needs stands
    /// in the environment that is given: `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL` (of anything but
    /// Amazon), `AWS_ALLOW_HTTP=true` (for one without TLS).
    pub fn parse(text: &str, environment: impl Iterator<Item = (String, String)>) -> Result<Self, LocationError> {
        let Some(address) = text.strip_prefix(BUCKET) else {
            return match text.contains("://") {
                true => Err(LocationError::Scheme(text.to_owned())),
                false => Ok(Self::Folder(text.into())),
            };
        };
        let (name, prefix) = address.split_once('/').unwrap_or((address, ""));
        let prefix = ObjectPath::parse(prefix).map_err(|_| LocationError::Bucket(text.to_owned()))?;
        if name.is_empty() {
            return Err(LocationError::Bucket(text.to_owned()));
        }
        let setting = |(name, value): (String, String)| {
            let known = name.starts_with(SETTING).then(|| name.to_ascii_lowercase().parse().ok())?;
            known.map(|key| (key, value))
        };
        Ok(Self::Bucket(Bucket { name: name.to_owned(), prefix, settings: environment.filter_map(setting).collect() }))
    }

    /// The folder, when it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Bucket(_) => None,
        }
    }
}

impl FromStr for Location {
    type Err = LocationError;

    /// With the settings of this process's environment.
    fn from_str(text: &str) -> Result<Self, LocationError> {
        let readable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self::parse(text, std::env::vars_os().filter_map(readable))
    }
}

impl From<PathBuf> for Location {
    fn from(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Bucket(Bucket { name, prefix, .. }) if prefix.as_ref().is_empty() => write!(f, "{BUCKET}{name}"),
            Self::Bucket(Bucket { name, prefix, .. }) => write!(f, "{BUCKET}{name}/{prefix}"),
        }
    }
}

/// As it is told: the settings hold secrets.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("name", &self.name).field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Bucket {
    /// What reads and writes it. Nothing is asked yet.
    pub(crate) fn open(&self) -> Result<Arc<dyn ObjectStore>, object_store::Error> {
        let mut builder = AmazonS3Builder::new().with_http_connector(Connector);
        for (key, value) in &self.settings {
            builder = builder.with_config(*key, value);
        }
        let retries =
            RetryConfig { backoff: BackoffConfig::default(), max_retries: ATTEMPTS, retry_timeout: ATTEMPTS_WITHIN };
        let bucket = builder.with_bucket_name(&self.name).with_retry(retries).build()?;
        Ok(match self.prefix.as_ref() {
            "" => Arc::new(bucket),
            _ => Arc::new(PrefixStore::new(bucket, self.prefix.clone())),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(text: &str) -> Result<Location, LocationError> {
        let settings = [("AWS_SECRET_ACCESS_KEY", "a secret"), ("AWS_REGION", "eu-1"), ("HOME", "/root")];
        Location::parse(text, settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    #[test]
    fn a_folder_or_a_bucket_is_told_as_it_was_written_and_no_secret_with_it() {
        for text in ["/srv/store", "store", "s3://store", "s3://store/main/vault"] {
            let location = parse(text).unwrap();
            assert_eq!((location.to_string(), format!("{location:?}")), (text.to_owned(), text.to_owned()));
        }
        let Location::Bucket(bucket) = parse("s3://store").unwrap() else { panic!("it is a bucket") };
        assert_eq!(bucket.settings.len(), 2, "what does not begin with AWS_ is nobody's business");
        assert!(!format!("{bucket:?}").contains("secret"));
        assert_eq!(parse("/srv/store").unwrap().folder(), Some(Path::new("/srv/store")));
        assert_eq!(parse("s3://store").unwrap().folder(), None);
    }

    #[test]
    fn anything_else_is_refused_with_what_to_write() {
        for text in ["s3://", "s3:///prefix", "s3://store/a//b", "https://store", "gs://store"] {
            assert!(parse(text).unwrap_err().to_string().contains("s3://bucket"), "{text}");
        }
    }
}
