//! The prompts that a person can pick: how to connect a service, step by step.

use connector_catalogue::Catalogue;
use rmcp::model::{
    ErrorData, GetPromptRequestParams, GetPromptResult, Prompt, PromptArgument, PromptMessage, Role,
};

use crate::reply::shown_name;

const CONNECT: &str = "connect-service";

/// Every prompt.
pub(crate) fn all() -> Vec<Prompt> {
    let service = PromptArgument::new("service")
        .with_description("The service, by its type or its name: slack, Google Calendar.")
        .with_required(true);
    let purpose = PromptArgument::new("purpose")
        .with_description("What the app is to do with it: post messages, read events.")
        .with_required(false);
    vec![
        Prompt::new(
            CONNECT,
            Some("Connect a service to the app, with the fewest scopes"),
            Some(vec![service, purpose]),
        )
        .with_title("Connect a service"),
    ]
}

/// A prompt with its arguments filled in.
pub(crate) fn get(request: &GetPromptRequestParams) -> Result<GetPromptResult, ErrorData> {
    if request.name != CONNECT {
        return Err(ErrorData::invalid_params("There is no such prompt.", None));
    }
    let argument = |name: &str| {
        let value = request.arguments.as_ref().and_then(|arguments| arguments.get(name));
        value.and_then(|value| value.as_str()).map(|value| shown_name(value, 200))
    };
    let Some(service) = argument("service").filter(|service| !service.is_empty()) else {
        return Err(ErrorData::invalid_params("The prompt needs the argument `service`.", None));
    };
    let purpose = argument("purpose").map_or(String::new(), |purpose| format!(" The app is to: {purpose}."));
    let known = Catalogue::get()
        .find(&service)
        .map_or(String::new(), |ty| format!(" Its type is `{}` ({}).", ty.name, ty.display_name));
    let text = format!(
        "Connect {service} to this Base44 app.{known}{purpose}\n\n\
         1. Use find_scopes for each call that the app makes, or for what it is to do, and take the narrowest.\n\
         2. Use create_connector with the type and these scopes; add_scopes where the file is there already.\n\
         3. Use check and correct what it finds.\n\
         4. Use plan and show me what it would do.\n\
         5. With my agreement use push with the plan's token, then authorize, and give me the link."
    );
    Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)])
        .with_description(format!("Connect {service}")))
}
