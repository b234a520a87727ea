//! The sandbox gateway's books in memory, and what any such books must keep.

pub mod contract;

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use domain::id::StoreId;
use ports::{
    RepoError,
    sandbox::{Intent, IntentRefund, IntentState, NewIntent, SandboxLedger},
};

/// Books that last as long as the value.
#[derive(Debug, Default)]
pub struct MemoryLedger {
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
struct Books {
    intents: Vec<Intent>,
    refunds: Vec<IntentRefund>,
}

impl MemoryLedger {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    fn intent(&mut self, store: StoreId, provider_ref: &str) -> Option<&mut Intent> {
        self.intents.iter_mut().find(|known| known.store == store && known.provider_ref == provider_ref)
    }
}

#[async_trait]
impl SandboxLedger for MemoryLedger {
    async fn open(&self, intent: NewIntent) -> Result<Intent, RepoError> {
        let mut books = self.books();
        let known = books
            .intents
            .iter()
            .find(|known| known.store == intent.store && known.idempotency_key == intent.idempotency_key);
        if let Some(known) = known {
            return Ok(known.clone());
        }
        if books.intent(intent.store, &intent.provider_ref).is_some() {
            return Err(RepoError::Conflict { constraint: "sandbox_intents_pkey".to_owned() });
        }
        let opened = Intent::from(intent);
        books.intents.push(opened.clone());
        Ok(opened)
    }

    async fn find(&self, store: StoreId, provider_ref: &str) -> Result<Option<Intent>, RepoError> {
        Ok(self.books().intent(store, provider_ref).cloned())
    }

    async fn find_by_key(&self, store: StoreId, idempotency_key: &str) -> Result<Option<Intent>, RepoError> {
        let books = self.books();
        let found = books
            .intents
            .iter()
            .find(|known| known.store == store && known.idempotency_key == idempotency_key);
        Ok(found.cloned())
    }

    async fn advance(
        &self,
        store: StoreId,
        provider_ref: &str,
        from: &[IntentState],
        to: IntentState,
    ) -> Result<Option<Intent>, RepoError> {
        let mut books = self.books();
        let Some(intent) = books.intent(store, provider_ref) else { return Ok(None) };
        if !from.contains(&intent.state) {
            return Ok(None);
        }
        intent.state = to;
        Ok(Some(intent.clone()))
    }

    async fn refund(&self, refund: IntentRefund) -> Result<Option<IntentRefund>, RepoError> {
        let mut books = self.books();
        let known = books
            .refunds
            .iter()
            .find(|known| known.store == refund.store && known.idempotency_key == refund.idempotency_key);
        if let Some(known) = known {
            return Ok(Some(known.clone()));
        }
        let Some(intent) = books.intent(refund.store, &refund.intent_ref) else { return Ok(None) };
        let Ok(refunded) = intent.refunded.checked_add(refund.amount) else { return Ok(None) };
        if intent.state != IntentState::Captured || refunded.minor() > intent.amount.minor() {
            return Ok(None);
        }
        intent.refunded = refunded;
        books.refunds.push(refund.clone());
        Ok(Some(refund))
    }

    async fn find_refund(
        &self,
        store: StoreId,
        provider_ref: &str,
    ) -> Result<Option<IntentRefund>, RepoError> {
        let books = self.books();
        let found =
            books.refunds.iter().find(|known| known.store == store && known.provider_ref == provider_ref);
        Ok(found.cloned())
    }

    async fn find_refund_by_key(
        &self,
        store: StoreId,
        idempotency_key: &str,
    ) -> Result<Option<IntentRefund>, RepoError> {
        let books = self.books();
        let found = books
            .refunds
            .iter()
            .find(|known| known.store == store && known.idempotency_key == idempotency_key);
        Ok(found.cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_the_contract_of_the_books() {
        contract::holds(
            &MemoryLedger::default(),
            [StoreId::from_bytes([1; 16]), StoreId::from_bytes([2; 16])],
        )
        .await;
    }
}
