mod derived;
mod honest;
mod memory;
mod model;
mod scene;
mod stores;
mod tamper;
mod ways;
