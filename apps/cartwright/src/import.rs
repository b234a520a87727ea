//! Bringing products in from a file: Shopify's CSV or JSON Lines, one product in memory at a time.
//!
//! A product is recognized by its slug, so a file can be brought in again: what is as the file says is
//! left alone, what differs is changed, what the shop has beyond the file stays. New products are
//! written many to a transaction. Something wrong with a product keeps out that product alone.

use std::io::{BufReader, Read};

use anyhow::Result;
use application::{
    Context, Core,
    catalog::product::{Include, NewProduct, create_many, get},
};
use domain::{catalog::product::ProductStatus, money::Currency};

pub use self::{
    export::{Exported, export},
    item::{Fault, Item},
    jsonl::JsonlProducts,
    report::Report,
    shopify::ShopifyProducts,
};
use self::{new::new_product, places::Directory, plan::plan};
use crate::present;

mod apply;
mod cell;
mod export;
mod item;
mod jsonl;
mod new;
mod places;
mod plan;
mod report;
mod shopify;

/// New products written in one transaction.
const BATCH: usize = 100;

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Shopify's product CSV.
    Shopify,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    /// The products of a file in this format.
    ///
    /// # Errors
    /// When its first line shows that it is in another one.
    pub fn products<'a>(self, file: impl Read + 'a, currency: Currency) -> Result<Products<'a>, Fault> {
        Ok(match self {
            Self::Shopify => Box::new(ShopifyProducts::new(file, currency)?),
            Self::Jsonl => Box::new(JsonlProducts::new(BufReader::new(file))),
        })
    }

    /// What a new product is that does not say so itself: as in Shopify, or as `POST /products` has it.
    const fn usual_status(self) -> ProductStatus {
        match self {
            Self::Shopify => ProductStatus::Published,
            Self::Jsonl => ProductStatus::Draft,
        }
    }
}

/// The products of a file, or what is wrong with each.
pub type Products<'a> = Box<dyn Iterator<Item = Result<Item, Vec<Fault>>> + 'a>;

/// How an import goes about it.
#[derive(Debug, Clone, Copy)]
pub struct Import {
    /// What the file is written in.
    pub format: Format,
    /// Whether to find out what would happen, and keep nothing.
    pub is_trial: bool,
    /// Whether to set the stock of variants that exist to what the file says.
    pub with_stock: bool,
}

/// A product that is going to be added with others, and what is needed to tell what is wrong with it.
struct Waiting {
    slug: String,
    line: u64,
    variant_lines: Vec<u64>,
    new: NewProduct,
}

struct Run<'a> {
    core: &'a Core,
    ctx: &'a Context,
    import: Import,
    currency: Currency,
    directory: Directory,
    waiting: Vec<Waiting>,
    report: Report,
}

impl Import {
    /// Brings the products of a file into the store of `ctx`, and calls `progress` after each.
    ///
    /// # Errors
    /// When the store cannot be read or written at all. What is wrong with single products is reported.
    pub async fn run(
        self,
        core: &Core,
        ctx: &Context,
        currency: Currency,
        products: Products<'_>,
        mut progress: impl FnMut(&Report),
    ) -> Result<Report> {
        let directory = Directory::new(self.is_trial);
        let (waiting, report) = (Vec::with_capacity(BATCH), Report::default());
        let mut run = Run { core, ctx, import: self, currency, directory, waiting, report };
        for product in products {
            match product {
                Ok(item) => run.take(item).await?,
                Err(faults) => run.report.fail(faults),
            }
            progress(&run.report);
        }
        run.flush().await?;
        progress(&run.report);
        Ok(run.report)
    }
}

impl Run<'_> {
    async fn take(&mut self, item: Item) -> Result<()> {
        if self.waiting.len() >= BATCH || self.waiting.iter().any(|other| other.slug == item.slug.as_str()) {
            self.flush().await?;
        }
        let places = match self.directory.find(self.core, self.ctx, &item).await? {
            Ok(places) => places,
            Err(fault) => {
                self.fail(&item, fault);
                return Ok(());
            }
        };
        let include = Include { variants: true, brand: false };
        let known = get(self.core, self.ctx, &item.slug.as_str().into(), include).await;
        let Some(known) = present(known)? else {
            self.keep_waiting(item, &places);
            return Ok(());
        };
        match plan(&item, &places, &known, self.import.with_stock) {
            Ok(plan) if plan.is_empty() => self.report.unchanged(),
            Ok(_) if self.import.is_trial => self.report.updated(),
            Ok(plan) => match apply::apply(self.core, self.ctx, &known, plan).await? {
                Ok(()) => self.report.updated(),
                Err((line, refusal)) => {
                    let lines = vec![line; item.variants.len()];
                    self.report.refuse(item.slug.as_str(), line.max(item.line), &lines, &refusal);
                }
            },
            Err(fault) => self.fail(&item, fault),
        }
        Ok(())
    }

    fn keep_waiting(&mut self, item: Item, places: &plan::Places) {
        let (slug, line) = (item.slug.as_str().to_owned(), item.line);
        let variant_lines = item.variants.iter().map(|variant| variant.line).collect();
        match new_product(item, places, self.import.format.usual_status(), self.currency) {
            Ok(new) => self.waiting.push(Waiting { slug, line, variant_lines, new }),
            Err(fault) => self.report.fail(vec![Fault { handle: Some(slug), ..fault }]),
        }
    }

    fn fail(&mut self, item: &Item, fault: Fault) {
        self.report.fail(vec![Fault { handle: Some(item.slug.as_str().to_owned()), ..fault }]);
    }

    /// Writes the new products that have gathered.
    async fn flush(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let (told, new): (Vec<_>, Vec<_>) =
            waiting.into_iter().map(|each| ((each.slug, each.line, each.variant_lines), each.new)).unzip();
        let answers = create_many(self.core, self.ctx, new, self.import.is_trial).await;
        for ((slug, line, variant_lines), answer) in told.into_iter().zip(answers) {
            match answer {
                Ok(_) => self.report.created(),
                Err(refusal) => {
                    let refusal = report::unless_broken(refusal)?;
                    self.report.refuse(&slug, line, &variant_lines, &refusal);
                }
            }
        }
        Ok(())
    }
}
