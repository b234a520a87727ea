use rstest::rstest;

use super::*;

fn card() -> PaymentMethod {
    PaymentMethod {
        id: PaymentMethodId::from_bytes([1; 16]),
        code: "card".to_owned(),
        provider: Provider::Stripe,
        label: "Card".to_owned(),
        icon_url: Some("https://cdn.example.com/card.svg".to_owned()),
        instructions: None,
        live_keys: GatewayKeys::default(),
        test_keys: GatewayKeys::default(),
        enabled: true,
        sort_order: 0,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn keyed() -> GatewayKeys {
    GatewayKeys { sealed_secret_key: Some("sealed".to_owned()), ..GatewayKeys::default() }
}

#[test]
fn a_method_names_all_its_faults() {
    assert_eq!(card().validate(), []);
    let bad = PaymentMethod {
        code: "Card!".to_owned(),
        label: " ".to_owned(),
        icon_url: Some("javascript:alert(1)".to_owned()),
        instructions: Some("x".repeat(INSTRUCTIONS_MAX + 1)),
        ..card()
    };
    let fields: Vec<String> = bad.validate().into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["code", "label", "instructions", "iconUrl"]);
}

#[test]
fn live_sales_need_somebody_to_take_real_money() {
    let sandbox = PaymentMethod { provider: Provider::Sandbox, ..card() };
    let transfer = PaymentMethod { provider: Provider::BankTransfer, ..card() };
    let stripe = PaymentMethod { live_keys: keyed(), ..card() };
    let usable =
        |method: &PaymentMethod| Mode::ALL.iter().map(|mode| method.is_usable_in(*mode)).collect::<Vec<_>>();
    assert_eq!(Mode::ALL, [Mode::Live, Mode::Test]);
    assert_eq!(usable(&sandbox), [false, true]);
    assert_eq!(usable(&card()), [false, true]);
    assert_eq!(usable(&stripe), [true, true]);
    assert_eq!(usable(&transfer), [true, true]);
    assert_eq!(usable(&PaymentMethod { enabled: false, ..transfer }), [false, false]);
}

#[test]
fn a_card_method_without_test_keys_is_tried_out_in_the_sandbox() {
    assert_eq!(card().provider_in(Mode::Test), Provider::Sandbox);
    assert_eq!(card().provider_in(Mode::Live), Provider::Stripe);
    assert_eq!(PaymentMethod { test_keys: keyed(), ..card() }.provider_in(Mode::Test), Provider::Stripe);
}

#[rstest]
#[case(KeyRole::Publishable, Mode::Live, "pk_live_51Abc", true)]
#[case(KeyRole::Publishable, Mode::Live, "pk_test_51Abc", false)]
#[case(KeyRole::Publishable, Mode::Test, "sk_test_51Abc", false)]
#[case(KeyRole::Secret, Mode::Test, "sk_test_51Abc", true)]
#[case(KeyRole::Secret, Mode::Live, "rk_live_51Abc", true)]
#[case(KeyRole::Secret, Mode::Live, "sk_live_", false)]
#[case(KeyRole::Secret, Mode::Live, "sk_live_a b", false)]
#[case(KeyRole::Secret, Mode::Live, " sk_live_ab", false)]
#[case(KeyRole::Webhook, Mode::Live, "whsec_abc+/=", true)]
#[case(KeyRole::Webhook, Mode::Test, "wh_abc", false)]
fn keys_are_told_by_their_form(
    #[case] role: KeyRole,
    #[case] mode: Mode,
    #[case] text: &str,
    #[case] fits: bool,
) {
    assert_eq!(is_stripe_key(role, mode, text), fits);
}

#[test]
fn a_key_of_absurd_length_is_none() {
    assert!(!is_stripe_key(KeyRole::Secret, Mode::Live, &format!("sk_live_{}", "a".repeat(KEY_MAX))));
}
