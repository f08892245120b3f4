//! riskset: from a clinical table and folders of medical images to a validated prognostic model, in the terminal.
//!
//! Pure mathematics at the bottom, plain-data state and actions in the middle, `&self` rendering on top, and every
//! side effect (threads, files, clipboard, terminal) at the rim.
//!
//! # The map
//!
//! | layer | modules | what they are |
//! |---|---|---|
//! | 6 | [`term`], [`cli`] | the rim: terminal, signals, loop; subcommands |
//! | 5 | [`panes`], [`ui`], [`theme`] | the screen: one file a pane, what panes share, colours by role |
//! | 4 | [`app`], [`config`], [`session`] | state, commands, keys, choices, questions and answers; the user's files |
//! | 3 | [`jobs`] | threads: workers, memo of answers, extraction, cache on disk |
//! | 2 | [`analysis`], [`report`], [`plot`], [`mod@format`] | query -> answer; answer -> document; figures; numbers as text |
//! | 1 | [`study`], [`data`], [`imaging`], [`problem`], [`simulate`] | study.toml and cohort; tables (polars); images; what is wrong with them; synthetic studies |
//! | 0 | [`stats`], [`survival`], [`radiomics`], [`watch`] | mathematics, without I/O |
//!
//! A module uses its own layer and those below. polars stays inside [`data`], ratatui above [`jobs`] and in layers 5 and
//! 6 only, crossterm in [`term`]; [`survival`] and [`radiomics`] do not know each other. A test reads the sources and
//! keeps all of this.
//!
//! # How a question is answered
//!
//! A pane does not run a Cox model: it *asks* an [`analysis::Query`] of the [`analysis::Dataset`] (cohort and features).
//! [`jobs::Memo`] answers each question once, whoever asks: a pane, a subcommand, or another analysis that builds on it.
//! While a newer question is worked on, the pane shows the older answer and says that it is stale.

pub mod analysis;
pub mod app;
pub mod cli;
pub mod config;
pub mod data;
pub mod format;
pub mod imaging;
pub mod jobs;
pub mod panes;
pub mod plot;
pub mod problem;
pub mod radiomics;
pub mod report;
pub mod session;
pub mod simulate;
pub mod stats;
pub mod study;
pub mod survival;
pub mod term;
pub mod theme;
pub mod ui;
pub mod watch;
