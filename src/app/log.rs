//! What the program told: shown for a moment as it happens, listed in the log.

use std::collections::VecDeque;
use std::time::Duration;

use figures::format::{self, Glyphs};

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Level {
    Done,
    Note,
    Warning,
    Error,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// When, since the start of the program.
    pub at: Duration,
    /// How much it matters.
    pub level: Level,
    /// What.
    pub text: String,
    /// The same in fewer and fewer words, for a status line with less room.
    pub shorter: Vec<String>,
}

impl Message {
    /// The longest wording that is at most `room` wide; the shortest where none is.
    pub fn fitting(&self, room: usize, glyphs: Glyphs) -> String {
        let wordings = std::iter::once(&self.text).chain(&self.shorter);
        let fits = |text: &&String| format::width(&glyphs.text(text)) <= room;
        wordings.clone().find(fits).or(wordings.last()).cloned().unwrap_or_default()
    }
}

/// The last messages, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Log {
    messages: VecDeque<Message>,
    /// The message shown on the status line, until when.
    toast: Option<(Message, Duration)>,
}

/// How long a message stays on the status line.
const SHOWN: Duration = Duration::from_secs(4);
/// Messages kept.
const LONGEST: usize = 1000;

impl Log {
    /// Adds a message and shows it for a while.
    pub fn say(&mut self, level: Level, text: impl Into<String>, now: Duration) {
        self.say_briefly(level, text, Vec::new(), now);
    }

    /// The same, in fewer and fewer words on a status line with less room.
    pub fn say_briefly(&mut self, level: Level, text: impl Into<String>, shorter: Vec<String>, now: Duration) {
        let message = Message { at: now, level, text: text.into(), shorter };
        self.toast = Some((message.clone(), now + SHOWN));
        self.write(message);
    }

    /// Adds a message to the log only.
    pub fn note(&mut self, level: Level, text: impl Into<String>, now: Duration) {
        self.write(Message { at: now, level, text: text.into(), shorter: Vec::new() });
    }

    fn write(&mut self, message: Message) {
        self.messages.push_back(message);
        if self.messages.len() > LONGEST {
            self.messages.pop_front();
        }
    }

    /// The message to show now.
    pub fn toast(&self) -> Option<&Message> {
        self.toast.as_ref().map(|(message, _)| message)
    }

    /// When the message on the status line has to go.
    pub fn deadline(&self) -> Option<Duration> {
        self.toast.as_ref().map(|(_, until)| *until)
    }

    /// Takes the message off the status line if its time is over; true if it did.
    pub fn expire(&mut self, now: Duration) -> bool {
        let over = self.deadline().is_some_and(|until| until <= now);
        if over {
            self.toast = None;
        }
        over
    }

    /// All messages, oldest first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> + ExactSizeIterator {
        self.messages.iter()
    }
}
