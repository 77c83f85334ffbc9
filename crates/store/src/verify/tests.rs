mod honest;
mod memory;
mod stores;
