//! Elements of a page: what stands in their attributes and between their tags.

use super::*;

impl Lower<'_> {
    pub(super) fn jsx_element(&mut self, element: &ast::JSXElement) -> Expr {
        let mut all = ExprIds::new();
        for attribute in &element.opening_element.attributes {
            match attribute {
                ast::JSXAttributeItem::SpreadAttribute(spread) => all.push(self.expr(&spread.argument)),
                ast::JSXAttributeItem::Attribute(attribute) => match &attribute.value {
                    Some(ast::JSXAttributeValue::ExpressionContainer(container)) => {
                        all.extend(container.expression.as_expression().map(|expr| self.expr(expr)));
                    }
                    Some(ast::JSXAttributeValue::Element(inner)) => {
                        all.extend(self.deeper(|lower| lower.jsx_child(inner)));
                    }
                    Some(ast::JSXAttributeValue::Fragment(inner)) => {
                        all.extend(self.jsx_children(&inner.children));
                    }
                    _ => {}
                },
            }
        }
        all.extend(self.jsx_children(&element.children));
        Expr::Other(all)
    }

    fn jsx_child(&mut self, element: &ast::JSXElement) -> ExprId {
        let lowered = self.jsx_element(element);
        self.module.add(lowered)
    }

    pub(super) fn jsx_children(&mut self, children: &[ast::JSXChild]) -> ExprIds {
        let mut all = ExprIds::new();
        self.deeper(|lower| {
            for child in children {
                match child {
                    ast::JSXChild::Element(element) => all.push(lower.jsx_child(element)),
                    ast::JSXChild::Fragment(fragment) => all.extend(lower.jsx_children(&fragment.children)),
                    ast::JSXChild::ExpressionContainer(container) => {
                        all.extend(container.expression.as_expression().map(|expr| lower.expr(expr)));
                    }
                    ast::JSXChild::Spread(spread) => all.push(lower.expr(&spread.expression)),
                    ast::JSXChild::Text(_) => {}
                }
            }
        });
        all
    }
}
