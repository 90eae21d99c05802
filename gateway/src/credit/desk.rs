//! Where credit is asked for: serves from the book while a lease lasts, leases
//! more when it is short, and returns what is left of leases that are done with.

use super::book::{Account, Balance, Book, BookError, Reservation};
use super::leases::{self, LeaseRequest};
use super::log::{self, CreditError};
use crate::database::DatabaseError;
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::RwLock;
use tributary_core::amount::BaseUnits;
use tributary_core::id::GatewayId;
use tributary_core::position::{CreditSeq, EventSeq, Generation};

/// A lease takes longer only when Postgres does not answer.
const LEASE_WAIT: Duration = Duration::from_secs(8);
/// How long credit on its way back is waited for, and how often it is looked for.
const RETURN_WAIT: Duration = Duration::from_millis(1_500);
/// See [`RETURN_WAIT`].
const RETURN_POLL: Duration = Duration::from_millis(100);
/// Retired leases closed in one round.
const CLOSES_MAX: usize = 256;

/// Why a maximum price cannot be reserved.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The payer has to do something: deposit, sign a mandate, withdraw a request.
    #[error(transparent)]
    Credit(#[from] CreditError),
    /// Enough is there, but set aside for other answers or on its way back.
    #[error("the credit is reserved by other answers of this payer: retry in a moment")]
    Busy,
    /// It took too long to lease more.
    #[error("the leased credit is used up and no more could be leased in time: retry later")]
    TimedOut,
    /// The book contradicts itself.
    #[error(transparent)]
    Book(#[from] BookError),
}

/// Serves one generation of one gateway.
#[derive(Debug)]
pub struct Desk {
    pool: PgPool,
    gateway: GatewayId,
    generation: Generation,
    lease_size: BaseUnits,
    book: Mutex<Book>,
    leasing: Mutex<BTreeMap<Account, Arc<tokio::sync::Mutex<()>>>>,
    /// Held for reading while a lease is on its way from Postgres to the book.
    on_its_way: RwLock<()>,
}

impl Desk {
    /// Opens with the leases that are in the book.
    pub fn new(pool: PgPool, gateway: GatewayId, generation: Generation, lease_size: BaseUnits, book: Book) -> Self {
        Self {
            pool,
            gateway,
            generation,
            lease_size,
            book: Mutex::new(book),
            leasing: Mutex::default(),
            on_its_way: RwLock::default(),
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reserves a maximum price, leasing more when the book is short.
    pub async fn reserve(&self, account: Account, maximum: BaseUnits) -> Result<Reservation, DeskError> {
        if let Some(reservation) = self.reserve_in_book(account, maximum)? {
            return Ok(reservation);
        }
        let turn = {
            let mut leasing = self.leasing.lock().unwrap_or_else(PoisonError::into_inner);
            leasing.retain(|_, turn| Arc::strong_count(turn) > 1);
            leasing.entry(account).or_default().clone()
        };
        let more = async {
            let _turn = turn.lock().await;
            // Whoever had the turn before may have leased enough for both.
            if let Some(reservation) = self.reserve_in_book(account, maximum)? {
                return Ok(reservation);
            }
            let give_up = Instant::now() + RETURN_WAIT;
            loop {
                match self.lease(account, maximum).await {
                    Err(DeskError::Busy) if Instant::now() < give_up => tokio::time::sleep(RETURN_POLL).await,
                    other => break other?,
                }
            }
            Ok(self.book().reserve(account, maximum)?)
        };
        tokio::time::timeout(LEASE_WAIT, more).await.unwrap_or(Err(DeskError::TimedOut))
    }

    fn reserve_in_book(&self, account: Account, maximum: BaseUnits) -> Result<Option<Reservation>, DeskError> {
        match self.book().reserve(account, maximum) {
            Ok(reservation) => Ok(Some(reservation)),
            Err(BookError::Short { .. }) => Ok(None),
            Err(BookError::Stopped) => Err(CreditError::RefundRequested.into()),
            Err(error) => Err(error.into()),
        }
    }

    async fn lease(&self, account: Account, needed: BaseUnits) -> Result<(), DeskError> {
        let request = LeaseRequest {
            account,
            gateway: self.gateway,
            generation: self.generation,
            needed,
            wanted: self.lease_size,
        };
        let _on_its_way = self.on_its_way.read().await;
        match leases::grant_lease(&self.pool, request).await {
            Ok(lease) => Ok(self.book().renew(lease.lease, account, lease.amount)?),
            Err(CreditError::Short { needed, available, mandate_left }) => {
                if self.book().call_back(account, needed, available, mandate_left) {
                    return Err(DeskError::Busy);
                }
                Err(CreditError::Short { needed, available, mandate_left }.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Books the price of a durable event.
    pub fn settle(&self, reservation: Reservation, price: BaseUnits, event: EventSeq) -> Result<(), BookError> {
        self.book().settle(reservation, price, event)
    }

    /// Frees a reservation without an event.
    pub fn release(&self, reservation: Reservation) -> Result<(), BookError> {
        self.book().release(reservation)
    }

    /// What the open leases of an account hold.
    pub fn balance(&self, account: Account) -> Balance {
        self.book().balance(account)
    }

    /// Number of open leases.
    pub fn open_leases(&self) -> usize {
        self.book().len()
    }

    /// One round: grants finalised deposits, stops payers who want a refund,
    /// closes leases that are done with and writes the refunds. Accounts for
    /// which `is_over` holds are retired first.
    pub async fn keep_house(&self, drained: EventSeq, is_over: impl Fn(&Account) -> bool) -> Result<(), CreditError> {
        while log::grant(&self.pool).await? > 0 {}
        let stopped = log::refund_requests(&self.pool).await?;
        let any_stopped = !stopped.is_empty();
        self.adopt().await?;
        {
            let mut book = self.book();
            book.set_stopped(stopped);
            let over: Vec<_> = book.accounts().into_iter().filter(is_over).collect();
            over.into_iter().for_each(|account| book.retire_account(account));
        }
        self.close_retired(drained).await?;
        if any_stopped {
            log::refund(&self.pool).await?;
        }
        Ok(())
    }

    /// Takes in leases whose grant was committed although its answer got lost.
    async fn adopt(&self) -> Result<(), CreditError> {
        let Ok(_nothing_on_its_way) = self.on_its_way.try_write() else { return Ok(()) };
        for lease in leases::open_leases(&self.pool, self.gateway, self.generation, EventSeq(0)).await? {
            if !self.book().knows(lease.lease) {
                tracing::info!(lease = %lease.lease, "taking in a lease whose grant went unheard");
                let opened = self.book().open(lease.lease, lease.account, lease.amount, BaseUnits::ZERO, None);
                if let Err(error) = opened {
                    tracing::error!(error = &error as &dyn std::error::Error, "a lease cannot be taken in");
                }
            }
        }
        Ok(())
    }

    async fn close_retired(&self, drained: EventSeq) -> Result<usize, CreditError> {
        let closable = self.book().closable(drained);
        let mut closed = 0;
        for item in closable.into_iter().take(CLOSES_MAX) {
            match leases::close_lease(&self.pool, item.lease, item.unspent).await {
                Ok(()) => {
                    self.book().close(item.lease);
                    closed += 1;
                }
                Err(error @ CreditError::Mismatch { .. }) => {
                    tracing::error!(error = &error as &dyn std::error::Error, lease = %item.lease, "a lease stays open");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(closed)
    }

    /// Returns everything: for the end, after the last event was drained.
    pub async fn close_all(&self, drained: EventSeq) -> Result<Vec<CreditSeq>, CreditError> {
        self.book().retire_all();
        while self.close_retired(drained).await? > 0 {}
        Ok(self.book().open_leases())
    }
}

impl From<DatabaseError> for DeskError {
    fn from(error: DatabaseError) -> Self {
        Self::Credit(error.into())
    }
}
