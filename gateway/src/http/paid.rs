//! Giving a paid answer back, whole or as a stream.

use super::problem::Problem;
use super::{receipt, refusal, shapes, stream};
use crate::completion::{self, Answer, Call, Delivery, Form, Outlet};
use crate::gateway::Gateway;
use crate::mandates::Holder;
use axum::Json;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Answers a call, and charges it once.
pub(super) async fn answer(gateway: &Arc<Gateway>, holder: Arc<Holder>, call: Call) -> Result<Response, Problem> {
    let form = call.form;
    let refused = |error| refusal::problem(gateway, &holder, error);
    // Embeddings come as a whole.
    let delivery = if form == Form::Embedding { Delivery::Whole } else { call.delivery };
    match delivery {
        Delivery::Whole => {
            let running = completion::begin(gateway, holder.clone(), call, Outlet::default()).map_err(refused)?;
            let answer = running.answer().await.map_err(refused)?;
            Ok(whole(form, &answer))
        }
        Delivery::Stream { include_usage } => {
            let (outlet, told) = Outlet::streaming();
            let running = completion::begin(gateway, holder.clone(), call, outlet).map_err(refused)?;
            let caller = stream::Caller { gateway: gateway.clone(), holder: holder.clone(), form, include_usage };
            stream::answer(caller, running, told).await
        }
    }
}

fn whole(form: Form, answer: &Answer) -> Response {
    (receipt::headers(answer), Json(shapes::whole(form, answer))).into_response()
}
