/// Makes a test of each sentence for a portal on each engine.
macro_rules! on_both_engines {
    ($($sentence:ident)*) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $sentence() {
                super::$sentence(super::Kit::new().await).await;
            })*
        }
        mod on_postgresql {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $sentence() {
                super::$sentence(super::Kit::shared().await).await;
            })*
        }
    };
}
pub(crate) use on_both_engines;
