//! Parcels on the wire.

use domain::fulfillment::Fulfillment;
use serde::Serialize;
use utoipa::ToSchema;

use crate::timestamp::Timestamp;

/// Units of one item in a parcel.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FulfillmentItem)]
pub(crate) struct FulfillmentItemBody {
    /// The item of the order.
    #[schema(examples("oitm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Units.
    #[schema(examples(1))]
    quantity: u32,
}

/// A parcel, or any other handing-over of goods.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Fulfillment)]
pub(crate) struct FulfillmentBody {
    /// Identity.
    #[schema(examples("ful_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What is in it.
    items: Vec<FulfillmentItemBody>,
    /// Who carries it.
    #[schema(required, examples("Royal Mail"))]
    carrier: Option<String>,
    /// The carrier's number for it.
    #[schema(required, examples("JD0002123456"))]
    tracking_number: Option<String>,
    /// Where it can be followed.
    #[schema(required, examples("https://royalmail.com/track/JD0002123456"))]
    tracking_url: Option<String>,
    /// When it left.
    created_at: Timestamp,
}

impl From<Fulfillment> for FulfillmentBody {
    fn from(fulfillment: Fulfillment) -> Self {
        let Fulfillment { id, order_id: _, lines, carrier, tracking_number, tracking_url, created_at } =
            fulfillment;
        let item = |(line, quantity): (domain::id::LineId, u32)| FulfillmentItemBody {
            id: line.to_string(),
            quantity,
        };
        Self {
            id: id.to_string(),
            items: lines.into_iter().map(item).collect(),
            carrier,
            tracking_number,
            tracking_url,
            created_at: created_at.into(),
        }
    }
}
