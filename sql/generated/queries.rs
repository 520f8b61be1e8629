// This file was generated with `cornucopia`. Do not modify.

pub mod directory;
pub mod lease;
pub mod sender_task;
