//! Reading requests at the edge into typed values, with errors that say which
//! part is wrong.

use crate::access::{Caller, Refused};
use crate::problem::ReadError;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::str::FromStr;
use tributary_core::leaf::LeafClass;
use utoipa::{IntoParams, ToSchema};

/// Parses one part of a request.
pub fn parse<T: FromStr>(field: &'static str, text: &str) -> Result<T, ReadError>
where
    T::Err: Display,
{
    text.parse().map_err(|error: T::Err| ReadError::Malformed { field, reason: error.to_string() })
}

/// The same for a part that may be left out.
pub fn parse_or_none<T: FromStr>(field: &'static str, text: Option<&str>) -> Result<Option<T>, ReadError>
where
    T::Err: Display,
{
    text.map(|text| parse(field, text)).transpose()
}

/// Query parameters, with a problem for those that are malformed or unknown.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ReadError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ReadError> {
        axum::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|query| Self(query.0))
            .map_err(|rejection: QueryRejection| ReadError::Malformed { field: "query", reason: rejection.body_text() })
    }
}

/// A JSON body, with a problem for one that is malformed.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ReadError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ReadError> {
        axum::Json::<T>::from_request(request, state)
            .await
            .map(|body| Self(body.0))
            .map_err(|rejection: JsonRejection| ReadError::Malformed { field: "body", reason: rejection.body_text() })
    }
}

/// Who asks; an error when nobody said.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ReadError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ReadError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Refused::NoToken.into())
    }
}

/// Which page of a list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// What an entitlement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Credit for data, models and agents.
    Earned,
    /// Deposits going back to a payer.
    Refund,
    /// The protocol's fee.
    Fee,
}

impl From<Class> for LeafClass {
    fn from(class: Class) -> Self {
        match class {
            Class::Earned => Self::Earned,
            Class::Refund => Self::Refund,
            Class::Fee => Self::Fee,
        }
    }
}

impl From<LeafClass> for Class {
    fn from(class: LeafClass) -> Self {
        match class {
            LeafClass::Earned => Self::Earned,
            LeafClass::Refund => Self::Refund,
            LeafClass::Fee => Self::Fee,
        }
    }
}
