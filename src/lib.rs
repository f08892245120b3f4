//! riskset: from a clinical table and folders of medical images to a validated prognostic model, in the terminal.
//!
//! Pure mathematics at the bottom, plain-data state and actions in the middle, `&self` rendering on top, and every
//! side effect (threads, files, clipboard, terminal) at the rim.
//!
//! # The map
//!
//! | layer | modules | what they are |
//! |---|---|---|
//! | 10 | [`term`], [`cli`] | the rim: terminal, signals, loop; subcommands |
//! | 9 | [`program`] | state, panes and what lies on top of them: events in, effects and a picture out |
//! | 8 | [`panes`] | what each pane asks, shows and does |
//! | 7 | [`ui`], [`theme`] | what panes share: tables, charts, prompts, help; colours by role |
//! | 6 | [`app`], [`config`], [`session`] | state, commands, keys, choices, questions and answers; the user's files |
//! | 5 | [`jobs`] | threads: extraction, cache on disk, Slurm |
//! | 4 | [`plan`] | the study's settings and the choices made on top: every question, and the chapters of a report |
//! | 3 | [`methods`] | one folder an analysis: question -> answer -> document and figures |
//! | 2 | [`ask`] | what a question is, what and whom it is asked of, memo and workers |
//! | 1 | [`study`], [`document`], [`simulate`] | study.toml and cohort; headings, tables and figures as every format; synthetic studies |
//! | 1 | [`writing`] | files written whole |
//!
//! Below them lie crates of their own, in `crates/`, which know nothing of studies:
//!
//! | crate | uses | what it is |
//! |---|---|---|
//! | [`tables`] | `figures`, `watch` | tables as hospitals write them: read (polars), typed, computed with; what is wrong with data |
//! | [`imaging`] | `volume`, `whole` | images and masks from files and back |
//! | [`radiomics`] | `volume`, `watch` | features of an image inside a mask, PyRadiomics' values |
//! | [`survival`] | `watch` | survival analysis and statistics, R's definitions |
//! | [`figures`] | | figures as data, drawn in characters or as SVG; numbers as text |
//! | [`sheets`] | | drawings for print: SVG as PDF, PNG and TIFF, with fonts of its own |
//! | [`volume`] | | images and masks on grids in the patient's space |
//! | [`whole`] | | files that appear whole or not at all |
//! | [`watch`] | | progress, cancellation, panics of others' code |
//!
//! A module uses its own layer and those below. polars stays inside [`tables`], ratatui in layers 7 to 9,
//! crossterm in [`term`], clap in [`cli`]. A test reads the sources and the crates' manifests and keeps all of this.
//!
//! # How a question is answered
//!
//! A pane does not run a Cox model: it *asks* an [`ask::Question`] of the [`ask::Dataset`] (cohort and features).
//! [`ask::Memo`] answers each question once, whoever asks: a pane, a subcommand, or another analysis that builds on it.
//! While a newer question is worked on, the pane shows the older answer and says that it is stale.

pub mod app;
pub mod ask;
pub mod cli;
pub mod config;
pub mod document;
pub mod jobs;
pub mod methods;
pub mod panes;
pub mod plan;
pub mod program;
pub mod session;
pub mod simulate;
pub mod study;
pub mod term;
pub mod theme;
pub mod ui;
pub mod writing;
