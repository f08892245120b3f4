//! Foreign readers on damaged files: a panic of theirs is a message about the file, not the end of the program.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many readers are at work. Their panics may be those of other threads, which only the hook of the process sees.
static READING: AtomicUsize = AtomicUsize::new(0);

/// What `read` gives, or the text of its panic.
///
/// # Errors
/// The text of the panic, where `read` panicked.
pub fn caught<T>(read: impl FnOnce() -> T) -> Result<T, String> {
    struct Reading;
    impl Drop for Reading {
        fn drop(&mut self) {
            READING.fetch_sub(1, Ordering::SeqCst);
        }
    }
    READING.fetch_add(1, Ordering::SeqCst);
    let _reading = Reading;
    catch_unwind(AssertUnwindSafe(read)).map_err(|panic| text(&*panic))
}

/// Whether a panic is one that [`caught`] turns into a message.
pub fn is_expected() -> bool {
    READING.load(Ordering::SeqCst) > 0
}

/// Has the process print no panic that [`caught`] catches.
pub fn keep_quiet() {
    let report = take_hook();
    set_hook(Box::new(move |info| {
        if !is_expected() {
            report(info);
        }
    }));
}

/// The message of a caught panic.
pub fn text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_message() {
        assert_eq!(caught(|| 1), Ok(1));
        let empty: Vec<u8> = Vec::new();
        let outcome = caught(|| empty.iter().copied().max().expect("a byte"));
        assert_eq!(outcome, Err("a byte".to_owned()));
        assert!(!is_expected());
    }
}
