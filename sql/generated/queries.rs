// This file was generated with `cornucopia`. Do not modify.

pub mod api;
pub mod commands;
pub mod directory;
pub mod holds;
pub mod lake;
pub mod lease;
pub mod letters;
pub mod portfolio;
pub mod replay;
pub mod sender_task;
pub mod sink;
