//! The address of this machine in its own network, and a picture of it for a phone's camera.

use anyhow::{Context, Result};
use std::net::{IpAddr, UdpSocket};

/// The address a phone in the same network reaches this machine at.
pub fn address() -> Result<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    // Sends nothing: it only asks the system which of its addresses would be used (192.0.2.0/24 is for documentation).
    socket.connect("192.0.2.1:9").context("this machine is in no network")?;
    Ok(socket.local_addr()?.ip())
}

/// The text as a QR code of block letters, dark on light.
pub fn qr(text: &str) -> Result<String> {
    let code = qrcode::QrCode::new(text)?;
    let width = code.width();
    let colors = code.to_colors();
    let dark = |x: usize, y: usize| {
        let inside = (2..width + 2).contains(&x) && (2..width + 2).contains(&y);
        inside && colors[(y - 2) * width + (x - 2)] == qrcode::Color::Dark
    };
    let mut out = String::new();
    for y in (0..width + 4).step_by(2) {
        for x in 0..width + 4 {
            out.push(match (dark(x, y), dark(x, y + 1)) {
                (false, false) => '█',
                (false, true) => '▀',
                (true, false) => '▄',
                (true, true) => ' ',
            });
        }
        out.push('\n');
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_a_quiet_zone_and_three_corners() {
        let picture = qr("http://192.0.2.7:8787/demo/phone").unwrap();
        let lines: Vec<&str> = picture.lines().collect();
        assert!(lines[0].chars().all(|block| block == '█'));
        assert!(lines[1].starts_with("██ ▄▄▄▄▄ █"));
    }
}
