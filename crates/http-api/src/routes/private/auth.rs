//! Logging in and out, and passwords.

use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, post};
use application::{
    login::{self, OpenedLogin, reset},
    staff,
};

use self::body::{
    AcceptInviteBody, ChangePasswordBody, ConfirmPasswordResetBody, LoginBody, MeBody, NewLoginBody,
    PasswordResetBody, RefreshBody,
};
use crate::{
    auth::staff::{Anybody, LoggedIn},
    body::Body,
    error::ApiResult,
    respond::{self, Data},
    routes::Routes,
    view::View,
};

mod body;

pub(super) fn configure(config: &mut Routes) {
    config
        .service(log_in)
        .service(refresh)
        .service(log_out)
        .service(me)
        .service(change_password)
        .service(request_reset)
        .service(confirm_reset)
        .service(accept_invite);
}

/// A login with its tokens, which no cache may keep.
fn opened(opened: OpenedLogin) -> ApiResult {
    let mut answer = respond::ok(LoginBody::from(opened))?;
    answer.headers_mut().insert(CACHE_CONTROL, "no-store".parse().expect("a fixed text is a header"));
    Ok(answer)
}

/// Log in
///
/// With an e-mail address and a password, for a token that is good for 24 hours on every operation of
/// this API, and a refresh token for the next one. An unknown address and a wrong password are answered
/// alike. After five wrong passwords an account has to wait, a minute at first and up to an hour.
#[utoipa::path(
    operation_id = "login",
    tag = "Access",
    request_body = NewLoginBody,
    security(()),
    responses(
        (status = 200, description = "The login, and the stores it opens.", body = Data<LoginBody>),
        (status = 401, description = "`invalid_credentials`: address and password do not go together."),
        (status = 429, description = "`login_paused`: too many wrong passwords; see `Retry-After`."),
    )
)]
#[post("/auth/login")]
async fn log_in(anybody: Anybody, body: Body<NewLoginBody>) -> ApiResult {
    let NewLoginBody { email, password } = body.into_inner();
    opened(login::login(&anybody.core, &anybody.visitor, &email, &password).await?)
}

/// Refresh a login
///
/// Exchanges a refresh token, which is good once and for 30 days, for the next pair of tokens. Using one
/// twice ends the login: one of the two had no right to it.
#[utoipa::path(
    operation_id = "refreshSession",
    tag = "Access",
    request_body = RefreshBody,
    security(()),
    responses(
        (status = 200, description = "The login with its new tokens.", body = Data<LoginBody>),
        (status = 401, description = "`invalid_token`: unknown, used, too old, or its login has ended."),
    )
)]
#[post("/auth/refresh")]
async fn refresh(anybody: Anybody, body: Body<RefreshBody>) -> ApiResult {
    opened(login::refresh(&anybody.core, &body.into_inner().refresh_token).await?)
}

/// Log out
///
/// Ends the login on every server at once: its token and its refresh token stop working.
#[utoipa::path(
    operation_id = "logout",
    tag = "Access",
    security(("staffLogin" = [])),
    responses((status = 204, description = "The login has ended."))
)]
#[post("/auth/logout")]
async fn log_out(caller: LoggedIn) -> ApiResult<HttpResponse> {
    login::logout(&caller.core, &caller.member).await?;
    Ok(respond::no_content())
}

/// See who is logged in
///
/// And which stores they may act in, as what. Needs no `X-Tenant-ID`.
#[utoipa::path(
    operation_id = "getMe",
    tag = "Access",
    params(View<MeBody>),
    security(("staffLogin" = [])),
    responses((status = 200, description = "Who it is.", body = Data<MeBody>))
)]
#[get("/auth/me")]
async fn me(caller: LoggedIn, view: View<MeBody>) -> ApiResult {
    let open = &caller.member.open;
    let version = open.person.updated_at.timestamp_micros();
    view.answer(open.person.id, version, &MeBody::new(open))
}

/// Change one's password
///
/// Ends all logins of the person, this one too, and begins a new one.
#[utoipa::path(
    operation_id = "changePassword",
    tag = "Access",
    request_body = ChangePasswordBody,
    security(("staffLogin" = [])),
    responses(
        (status = 200, description = "The new login.", body = Data<LoginBody>),
        (status = 401, description = "`invalid_credentials`: this is not the present password."),
        (status = 429, description = "`login_paused`: too many wrong passwords; see `Retry-After`."),
    )
)]
#[post("/auth/password")]
async fn change_password(caller: LoggedIn, body: Body<ChangePasswordBody>) -> ApiResult {
    let ChangePasswordBody { current_password, new_password } = body.into_inner();
    let LoggedIn { core, member, visitor } = caller;
    opened(login::change_password(&core, &visitor, &member, &current_password, &new_password).await?)
}

/// Ask for another password
///
/// A mail with a token goes to the address if somebody has it who may log in; the answer is the same
/// whether or not, and always comes as fast.
#[utoipa::path(
    operation_id = "requestPasswordReset",
    tag = "Access",
    request_body = PasswordResetBody,
    security(()),
    responses((status = 204, description = "If there is such an account, a mail is on its way."))
)]
#[post("/auth/password-reset")]
async fn request_reset(anybody: Anybody, body: Body<PasswordResetBody>) -> ApiResult<HttpResponse> {
    reset::request(&anybody.core, &body.into_inner().email).await?;
    Ok(respond::no_content())
}

/// Set another password
///
/// With the token of the mail, which is good once and for 45 minutes. Ends all logins of the person.
#[utoipa::path(
    operation_id = "confirmPasswordReset",
    tag = "Access",
    request_body = ConfirmPasswordResetBody,
    security(()),
    responses((status = 204, description = "The new password is set."))
)]
#[post("/auth/password-reset/confirm")]
async fn confirm_reset(anybody: Anybody, body: Body<ConfirmPasswordResetBody>) -> ApiResult<HttpResponse> {
    let ConfirmPasswordResetBody { token, password } = body.into_inner();
    reset::confirm(&anybody.core, &anybody.visitor, &token, &password).await?;
    Ok(respond::no_content())
}

/// Accept an invitation
///
/// With the token of the invitation, which is good once and for 7 days. Somebody new chooses a password;
/// somebody who has one already gives that, and only gains the store.
#[utoipa::path(
    operation_id = "acceptInvite",
    tag = "Access",
    request_body = AcceptInviteBody,
    security(()),
    responses(
        (status = 200, description = "A login.", body = Data<LoginBody>),
        (status = 401, description = "`invalid_credentials`: not the password this person has already."),
        (status = 429, description = "`login_paused`: too many wrong passwords; see `Retry-After`."),
    )
)]
#[post("/auth/accept-invite")]
async fn accept_invite(anybody: Anybody, body: Body<AcceptInviteBody>) -> ApiResult {
    let AcceptInviteBody { token, password, name } = body.into_inner();
    let Anybody { core, visitor } = anybody;
    opened(staff::accept(&core, &visitor, &token, &password, name.as_deref()).await?)
}
