//! The browser's generator, `crypto.getRandomValues`.

use rand_core::{CryptoRng, Error, RngCore};

/// Stands for the browser's generator; holds nothing.
pub struct BrowserRng;

impl CryptoRng for BrowserRng {}

impl RngCore for BrowserRng {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        // At most this many bytes a call.
        for bytes in bytes.chunks_mut(65_536) {
            let filled = web_sys::window()
                .and_then(|window| window.crypto().ok()?.get_random_values_with_u8_array(bytes).ok());
            assert!(filled.is_some(), "every browser that runs WebAssembly has crypto.getRandomValues");
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}
