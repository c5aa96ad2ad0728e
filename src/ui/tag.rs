//! One element type for every element: its name, its attributes and its children are data. `view!` would make a type, and with it
//! a kilobyte of code, of every shape of element on every page; sixty of them weighed a quarter of the patient's download.

use leptos::{
    attr::{
        any_attribute::{AnyAttribute, IntoAnyAttribute},
        custom::custom_attribute,
    },
    ev::{self, on},
    html::custom,
    prelude::*,
};
use web_sys::Event;

/// An element being put together.
pub struct Tag {
    name: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// Begins an element.
pub fn tag(name: &'static str) -> Tag {
    Tag { name, attributes: Vec::new(), children: Vec::new() }
}

impl Tag {
    /// Its class.
    pub fn class(self, class: &'static str) -> Self {
        self.set("class", class)
    }

    /// An attribute.
    pub fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push(custom_attribute(name, value.into()).into_any_attr());
        self
    }

    /// An attribute that is there only if `wanted`.
    pub fn set_if(self, wanted: bool, name: &'static str, value: &str) -> Self {
        if wanted { self.set(name, value) } else { self }
    }

    /// What happens on an event of this name.
    pub fn on(mut self, event: &'static str, act: impl FnMut(Event) + 'static) -> Self {
        let act: Box<dyn FnMut(Event)> = Box::new(act);
        self.attributes.push(on(ev::Custom::new(event), act).into_any_attr());
        self
    }

    /// Words inside.
    pub fn text(self, words: impl Into<String>) -> Self {
        self.child(text(words))
    }

    /// Something inside.
    pub fn child(mut self, child: impl Into<Part>) -> Self {
        self.children.extend(child.into().0);
        self
    }

    /// The view.
    pub fn view(self) -> AnyView {
        custom(self.name).add_any_attr(self.attributes).child(self.children).into_any()
    }
}

/// What can stand inside an element: nothing, one view or several.
pub struct Part(Vec<AnyView>);

impl From<AnyView> for Part {
    fn from(view: AnyView) -> Self {
        Self(vec![view])
    }
}

impl From<Tag> for Part {
    fn from(tag: Tag) -> Self {
        Self(vec![tag.view()])
    }
}

impl From<Vec<AnyView>> for Part {
    fn from(views: Vec<AnyView>) -> Self {
        Self(views)
    }
}

impl<T: Into<Part>> From<Option<T>> for Part {
    fn from(part: Option<T>) -> Self {
        part.map_or_else(|| Self(Vec::new()), Into::into)
    }
}

/// Words.
pub fn text(words: impl Into<String>) -> AnyView {
    words.into().into_any()
}

/// Views one after the other.
pub fn all(views: Vec<AnyView>) -> AnyView {
    views.into_any()
}

/// A view that is made anew whenever a signal that it reads changes.
pub fn live<P: Into<Part>>(make: impl Fn() -> P + Send + 'static) -> AnyView {
    let make: Box<dyn FnMut() -> Vec<AnyView> + Send> = Box::new(move || make().into().0);
    make.into_any()
}

/// Nothing to see.
pub fn nothing() -> AnyView {
    Vec::<AnyView>::new().into_any()
}
