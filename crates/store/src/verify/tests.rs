mod honest;
mod stores;
