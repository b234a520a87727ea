//! What Stripe asks of parameters beyond its schema.

use super::{
    answer::{Answer, refused},
    form::{Form, text, texts},
    scenario::Scenario,
};

/// Stripe's rules for the digits of an amount; see its documentation of currencies.
pub(super) fn check_amount(amount: i64, currency: &str) -> Result<(), Answer> {
    let step = match currency {
        "bhd" | "jod" | "kwd" | "omr" | "tnd" => 10,
        "isk" | "ugx" => 100,
        _ => 1,
    };
    if currency.len() != 3 || currency.chars().any(|c| !c.is_ascii_lowercase()) {
        return Err(refused(400, "parameter_invalid", &format!("Invalid currency: {currency}"), "currency"));
    }
    if amount < 1 {
        return Err(refused(
            400,
            "parameter_invalid_integer",
            "This value must be greater than or equal to 1.",
            "amount",
        ));
    }
    if amount % step != 0 {
        let message = format!("Invalid amount: {currency} amounts must be multiples of {step}.");
        return Err(refused(400, "invalid_charge_amount_no_decimal_compatible", &message, "amount"));
    }
    Ok(())
}

/// What Stripe says about combinations of parameters, which its schema does not.
pub(super) fn check_means(form: &Form, scenario: Scenario) -> Result<(), Answer> {
    let automatic = texts(form, "automatic_payment_methods").get("enabled").is_some_and(|on| on == "true");
    let types = texts(form, "payment_method_types");
    let confirm = text(form, "confirm") == Some("true");
    let (has_return, returns) = (form.contains_key("return_url"), "return_url");
    if automatic && !types.is_empty() {
        let message =
            "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.";
        return Err(refused(400, "parameter_invalid", message, "payment_method_types"));
    }
    if has_return && !confirm {
        return Err(refused(400, "parameter_invalid", "return_url needs confirm=true.", returns));
    }
    if automatic && confirm && !has_return {
        let message = "Some means of payment might redirect; you must provide a `return_url`.";
        return Err(refused(400, "parameter_missing", message, returns));
    }
    let accepted = automatic || types.values().any(|kind| kind == "us_bank_account");
    if scenario == Scenario::Debit && !accepted {
        let message = "The payment method type us_bank_account is not among payment_method_types.";
        return Err(refused(400, "payment_intent_incompatible_payment_method", message, "payment_method"));
    }
    Ok(())
}
