use super::{Answer, Kit, files, open};
use axum::{Router, body::Body, http::Request};
use postern_portal::{Portal, Running};
use tempfile::TempDir;
use tower::ServiceExt;

/// Another node of the kit's portal.
pub struct Node {
    pub router: Router,
    pub portal: Portal,
    pub running: Running,
    /// Its own state folder, where the stores lie elsewhere.
    pub folder: Option<TempDir>,
}

impl Node {
    /// Beside the kit's first: on the same folder or, where the stores are shared, on a copy of it as another machine has.
    pub async fn beside(kit: &Kit) -> Self {
        let folder = kit.shared.is_some().then(|| files::stolen(kit.folder.path()));
        let path = folder.as_ref().map_or(kit.folder.path(), TempDir::path);
        let portal = open(path, &kit.clock, 500).await;
        let running = portal.start(None).await.unwrap();
        Self { router: running.router(Router::new()), portal, running, folder }
    }

    pub async fn call(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.unwrap()).await
    }
}
