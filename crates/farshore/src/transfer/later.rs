//! A transfer whose result comes later: a future that any executor can wait for.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::array::Array;
use crate::device::Device;
use crate::dtype::Element;
use crate::error::{Error, Result};
use crate::transfer::permit::Request;
use crate::transfer::policy::{CrossingKind, Direction};
use crate::transfer::to_host::{Order, Readback};

/// The elements of an array that are on their way to the host. Await it, or block with [`Later::wait`].
pub struct Later<T>(Arc<Shared<T>>);

struct Shared<T> {
    state: Mutex<State<T>>,
    done: Condvar,
}

enum State<T> {
    Waiting(Option<Waker>),
    Done(Result<Vec<T>>),
    Taken,
}

impl Array {
    /// As [`Array::to_vec`], without waiting: the elements as they are now, whatever is recorded afterwards.
    ///
    /// ```
    /// use farshore::{Array, Device};
    /// let x = Array::from_slice(&Device::best()?, &[1.0_f32, 2.0], &[2])?;
    /// let later = x.to_vec_later::<f32>()?;
    /// // ... other work ...
    /// assert_eq!(later.wait()?, [1.0, 2.0]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Array::to_vec`]; a device that is lost later is reported by the future.
    #[track_caller]
    pub fn to_vec_later<T: Element + Send + 'static>(&self) -> Result<Later<T>> {
        self.to_vec_as(Request::explicit(Direction::ToHost, CrossingKind::Bulk)?)
    }

    /// The same, as `request` says.
    pub(in crate::transfer) fn to_vec_as<T: Element + Send + 'static>(
        &self,
        request: Request,
    ) -> Result<Later<T>> {
        self.check_dtype::<T>("to_vec_later")?;
        // In memory of its own, where the device has such: no kernel has to wait until the host gets to it.
        let readback = Readback::begin(self, Order::C, request, true)?;
        let shared = Arc::new(Shared { state: Mutex::new(State::Waiting(None)), done: Condvar::new() });
        let (len, promise) = (self.len(), Promise(Arc::clone(&shared), self.device().clone()));
        readback.later(move |readback| {
            promise.0.finish(T::collect(len, |into| readback.copy_to(into, &mut |_| true).map(drop)));
        });
        Ok(Later(shared))
    }
}

/// Whoever waits is told when it is dropped, at the latest.
struct Promise<T>(Arc<Shared<T>>, Device);

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        let waiting = matches!(*self.0.state(), State::Waiting(_));
        if waiting {
            self.0.finish(Err(self.1.error("the readback was dropped")));
        }
    }
}

impl<T> Shared<T> {
    fn finish(&self, result: Result<Vec<T>>) {
        let waiting = std::mem::replace(&mut *self.state(), State::Done(result));
        self.done.notify_all();
        if let State::Waiting(Some(waker)) = waiting {
            waker.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Later<T> {
    /// Whether the elements are there.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(*self.0.state(), State::Done(_))
    }

    /// Blocks until the elements are there.
    ///
    /// # Errors
    /// [`Error::Device`] when the device was lost meanwhile; [`Error::Value`] after the future has given them.
    pub fn wait(self) -> Result<Vec<T>> {
        let mut state = self.0.state();
        while matches!(*state, State::Waiting(_)) {
            state = self.0.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        take(&mut state)
    }
}

impl<T> Future for Later<T> {
    type Output = Result<Vec<T>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.state();
        if let State::Waiting(waker) = &mut *state {
            *waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(take(&mut state))
    }
}

fn take<T>(state: &mut State<T>) -> Result<Vec<T>> {
    match std::mem::replace(state, State::Taken) {
        State::Done(result) => result,
        State::Waiting(_) | State::Taken => {
            Err(Error::Value { op: "to_vec_later", reason: "its elements were given already".into() })
        }
    }
}
