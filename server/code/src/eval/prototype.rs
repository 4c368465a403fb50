//! Functions as things: what they have as properties, and what `new` makes with them.

use super::*;

impl Walk<'_> {
    /// What a function has under a name: `Client.create`, `Client.prototype`.
    pub(super) fn property_of_function(&mut self, closure: &Closure, name: &Name) -> Value {
        let cell = self.of_functions.get(&(closure.module, closure.function)).copied();
        let own = cell.and_then(|cell| match self.state.get(cell) {
            Some(Heap::Object(object)) => object.get(name).cloned(),
            _ => None,
        });
        match own {
            Some(value) => self.narrowed(value),
            None if &**name == "prototype" => {
                let prototype = Value::Heap(self.state.add(Heap::Object(Object::default())));
                self.set_property_of_function(closure, name, prototype.clone());
                prototype
            }
            None => Value::Unknown,
        }
    }

    pub(super) fn set_property_of_function(&mut self, closure: &Closure, name: &Name, value: Value) {
        let cell = match self.of_functions.get(&(closure.module, closure.function)) {
            Some(cell) => *cell,
            None => {
                let cell = self.state.add(Heap::Object(Object::default()));
                self.of_functions.insert((closure.module, closure.function), cell);
                cell
            }
        };
        self.set_field(&Value::Heap(cell), name, value);
    }

    /// `new Client(token)`, where `Client` is a function: what it sets, and what its prototype has.
    pub(super) fn construct_function(
        &mut self,
        closure: &Rc<Closure>,
        args: Vec<Value>,
        at: (ModId, Span),
    ) -> Value {
        // What is above the prototype is not looked at.
        let mut made = Object { open: true, ..Object::default() };
        let prototype = self.property_of_function(closure, &Name::from("prototype"));
        for (_, prototype) in self.alternatives(&prototype) {
            if let Value::Heap(cell) = prototype
                && let Some(Heap::Object(object)) = self.state.get(cell)
            {
                made.fields.extend(object.fields.iter().cloned());
            }
        }
        let this = Value::Heap(self.state.add(Heap::Object(made)));
        let function = Value::Function(closure.clone());
        let returned = self.call_value(&function, args, this.clone(), Some(at));
        // An object that it returns takes the place of the one that was made.
        let is_thing = |value: &Value| {
            matches!(value, Value::Heap(_) | Value::Opaque(_) | Value::Function(_) | Value::Client)
        };
        let returned = self.alternatives(&returned);
        if !returned.iter().any(|(_, value)| is_thing(value)) {
            return this;
        }
        let made = |(guards, value)| if is_thing(&value) { (guards, value) } else { (guards, this.clone()) };
        Value::any(returned.into_iter().map(made).collect())
    }
}
