//! One transaction, and every repository on it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_trait::async_trait;
use domain::{
    access::Mode,
    catalog::brand::Brand,
    discount::Promotion,
    id::{OrderId, StoreId},
    order::OrderLine,
    payment_method::PaymentMethod,
    shipping::ShippingMethod,
    tax::TaxRate,
};
use ports::{
    RepoError, UnitOfWork,
    audit::AuditLog,
    carts::Carts,
    categories::Categories,
    events::Outbox,
    keys::ApiKeys,
    orders::{Fulfillments, Orders, Payments, Receipts, Refunds},
    products::Products,
    promotions::PromotionUses,
    records::Records,
    staff::{Memberships, People},
    stock::{Changed, Stock},
    stores::{Counters, Stores},
};
use sea_orm::DatabaseBackend;
use uuid::Uuid;

use crate::{
    changes::{Changes, Topic},
    connection::Transaction,
    error::repo_error,
    measure::Stretch,
    memory::levels::{Levels, Move},
    news::News,
    stored::uuid,
};

/// A transaction of one store. Dropping it rolls back. Each repository trait is implemented on this
/// struct in the file of its aggregate.
pub(crate) struct SqlUnitOfWork {
    transaction: Transaction,
    backend: DatabaseBackend,
    store: StoreId,
    touched: Vec<Topic>,
    touched_elsewhere: BTreeSet<StoreId>,
    changes: Changes,
    levels: Levels,
    moved: Vec<(Move, u32)>,
    order_lines: HashMap<OrderId, Vec<OrderLine>>,
    stretch: Stretch,
}

impl SqlUnitOfWork {
    pub(crate) fn new(
        transaction: Transaction,
        backend: DatabaseBackend,
        store: StoreId,
        changes: Changes,
        levels: Levels,
        stretch: Stretch,
    ) -> Self {
        Self {
            transaction,
            backend,
            store,
            touched: Vec::new(),
            touched_elsewhere: BTreeSet::new(),
            changes,
            levels,
            moved: Vec::new(),
            order_lines: HashMap::new(),
            stretch,
        }
    }

    /// The store that every statement is bound to.
    pub(crate) fn store(&self) -> Uuid {
        uuid(self.store)
    }

    /// Where statements run.
    pub(crate) fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Which engine runs them.
    pub(crate) fn backend(&self) -> DatabaseBackend {
        self.backend
    }

    /// Notes what the database holds of an order's lines, so that an update writes only what changed.
    pub(crate) fn remember_lines(&mut self, order: OrderId, lines: &[OrderLine]) {
        self.order_lines.insert(order, lines.to_vec());
    }

    /// What was remembered of an order's lines, if this unit of work has seen them; forgotten thereby.
    pub(crate) fn take_remembered_lines(&mut self, order: OrderId) -> Option<Vec<OrderLine>> {
        self.order_lines.remove(&order)
    }

    /// Notes that what readers keep in memory is out of date once this commits.
    pub(crate) fn touch(&mut self, topic: Topic) {
        if topic != Topic::Nothing && !self.touched.contains(&topic) {
            self.touched.push(topic);
        }
    }

    /// Notes that there is more or less of these variants than others know.
    pub(crate) fn touch_stock(&mut self, mode: Mode, changed: &[Changed]) {
        for Changed { variant, after, .. } in changed {
            self.moved.push((self.levels.begin(self.store, mode, uuid(*variant)), *after));
        }
        self.touch(Topic::Stock);
    }

    /// Notes the same for what is known of `store`, whichever store this unit of work is for.
    pub(crate) fn touch_config_of(&mut self, store: StoreId) {
        if store == self.store {
            self.touch(Topic::Config);
        } else {
            self.touched_elsewhere.insert(store);
        }
    }

    /// What is out of date once this commits, in the order of the stores: every transaction locks them so.
    fn all_touched(&self) -> BTreeMap<StoreId, Vec<Topic>> {
        let own = (!self.touched.is_empty()).then(|| (self.store, self.touched.clone()));
        let elsewhere = self.touched_elsewhere.iter().map(|store| (*store, vec![Topic::Config]));
        elsewhere.chain(own).collect()
    }
}

#[async_trait]
impl UnitOfWork for SqlUnitOfWork {
    async fn commit(self: Box<Self>) -> Result<(), RepoError> {
        let mut this = *self;
        let touched = this.all_touched();
        for (store, topics) in &touched {
            let recorded = this.changes.record(&this.transaction, this.backend, *store, topics);
            recorded.await.map_err(repo_error)?;
        }
        let news = News { touched, moved: this.moved };
        let pending = this.transaction.pending().cloned();
        this.transaction.commit().await.map_err(repo_error)?;
        this.stretch.committed();
        match pending {
            Some(pending) => pending.announce_later(news),
            None => news.announce(&this.changes),
        }
        Ok(())
    }

    fn stores(&mut self) -> &mut dyn Stores {
        self
    }

    fn counters(&mut self) -> &mut dyn Counters {
        self
    }

    fn keys(&mut self) -> &mut dyn ApiKeys {
        self
    }

    fn staff(&mut self) -> &mut dyn Memberships {
        self
    }

    fn people(&mut self) -> &mut dyn People {
        self
    }

    fn brands(&mut self) -> &mut dyn Records<Brand> {
        self
    }

    fn categories(&mut self) -> &mut dyn Categories {
        self
    }

    fn stock(&mut self) -> &mut dyn Stock {
        self
    }

    fn promotions(&mut self) -> &mut dyn Records<Promotion> {
        self
    }

    fn promotion_uses(&mut self) -> &mut dyn PromotionUses {
        self
    }

    fn shipping_methods(&mut self) -> &mut dyn Records<ShippingMethod> {
        self
    }

    fn tax_rates(&mut self) -> &mut dyn Records<TaxRate> {
        self
    }

    fn payment_methods(&mut self) -> &mut dyn Records<PaymentMethod> {
        self
    }

    fn carts(&mut self) -> &mut dyn Carts {
        self
    }

    fn orders(&mut self) -> &mut dyn Orders {
        self
    }

    fn payments(&mut self) -> &mut dyn Payments {
        self
    }

    fn refunds(&mut self) -> &mut dyn Refunds {
        self
    }

    fn fulfillments(&mut self) -> &mut dyn Fulfillments {
        self
    }

    fn receipts(&mut self) -> &mut dyn Receipts {
        self
    }

    fn outbox(&mut self) -> &mut dyn Outbox {
        self
    }

    fn audit_log(&mut self) -> &mut dyn AuditLog {
        self
    }

    fn products(&mut self) -> &mut dyn Products {
        self
    }
}
