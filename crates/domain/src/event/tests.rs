use super::*;

fn event() -> Event {
    Event {
        id: EventId::from_bytes([1; 16]),
        store: StoreId::from_bytes([2; 16]),
        mode: Mode::Test,
        kind: EventKind::OrderPaid,
        subject: Subject::Order(OrderId::from_bytes([3; 16])),
        data: Vec::new(),
        actor: "worker".to_owned(),
        created_at: DateTime::UNIX_EPOCH,
    }
}

#[test]
fn every_kind_is_named_after_its_aggregate_and_read_back() {
    assert_eq!(EventKind::ALL.len(), 19);
    for kind in EventKind::ALL {
        let (aggregate, verb) = kind.as_str().split_once('.').unwrap();
        assert!(!aggregate.is_empty() && !verb.is_empty());
        assert_eq!(EventKind::parse(kind.as_str()), Some(*kind));
    }
}

#[test]
fn every_subject_is_read_back_from_its_stored_form() {
    let subjects = [
        Subject::Store(StoreId::from_bytes([9; 16])),
        Subject::Product(ProductId::from_bytes([9; 16])),
        Subject::Variant(VariantId::from_bytes([9; 16])),
        Subject::Cart(CartId::from_bytes([9; 16])),
        Subject::Order(OrderId::from_bytes([9; 16])),
        Subject::Payment(PaymentId::from_bytes([9; 16])),
        Subject::Refund(RefundId::from_bytes([9; 16])),
        Subject::Customer(CustomerId::from_bytes([9; 16])),
    ];
    for subject in subjects {
        assert_eq!(Subject::parse(subject.entity(), &subject.id()), Some(subject));
    }
}

#[test]
fn a_subject_with_the_id_of_another_entity_is_refused() {
    let product = Subject::Product(ProductId::from_bytes([9; 16]));
    assert_eq!(Subject::parse("order", &product.id()), None);
    assert_eq!(Subject::parse("planet", &product.id()), None);
}

#[test]
fn a_fact_told_twice_is_the_latter() {
    let told = event().with("attempt", 1_u32).with("declined", true).with("attempt", 2_u32);
    assert_eq!(told.get("attempt"), Some(&EventValue::Int(2)));
    assert_eq!(told.get("declined"), Some(&EventValue::Bool(true)));
    assert_eq!(told.get("unsaid"), None);
    assert_eq!(told.data.len(), 2);
}
