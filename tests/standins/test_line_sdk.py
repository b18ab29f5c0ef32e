"""LINE's own Python SDK as an independent client of the platform."""

import uuid
from collections.abc import Iterator

import pytest
from linebot.v3 import WebhookParser
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    CreateRichMenuAliasRequest,
    FlexContainer,
    FlexMessage,
    MessagingApi,
    MessagingApiBlob,
    MulticastRequest,
    PushMessageRequest,
    ReplyMessageRequest,
    RichMenuRequest,
    SetWebhookEndpointRequest,
    ShowLoadingAnimationRequest,
    TextMessage,
)
from linebot.v3.oauth import ApiClient as OAuthClient
from linebot.v3.oauth import ChannelAccessToken
from linebot.v3.oauth import Configuration as OAuthConfiguration
from linebot.v3.webhooks import FollowEvent, MessageEvent, TextMessageContent, UnfollowEvent

from tests.standins.conftest import BOT_ID, BOT_SECRET, KEYAKI, SAKURA, Line, Webhooks
from tests.standins.test_line_richmenus import MENU, png
from tests.standins.test_line_sending import FLEX_TEXT, bubble


@pytest.fixture
def client(line: Line) -> Iterator[ApiClient]:
    """A client whose token came through the SDK, too."""
    with OAuthClient(OAuthConfiguration(host=line.url)) as oauth:
        issued = ChannelAccessToken(oauth).issue_stateless_channel_token_by_client_secret(
            client_id=BOT_ID, client_secret=BOT_SECRET
        )
        oauth.rest_client.pool_manager.clear()
    assert issued.expires_in == 900
    settings = Configuration(host=line.url, access_token=issued.access_token)
    with ApiClient(settings) as client:
        yield client
        client.rest_client.pool_manager.clear()


def test_push_multicast_and_conflict(line: Line, client: ApiClient) -> None:
    api = MessagingApi(client)
    hello = TextMessage(text="こんにちは")
    key = str(uuid.uuid4())
    request = PushMessageRequest(to=SAKURA, messages=[hello])
    first = api.push_message(request, x_line_retry_key=key)
    with pytest.raises(ApiException) as refused:
        api.push_message(request, x_line_retry_key=key)
    assert refused.value.status == 409
    assert first.sent_messages[0].id in refused.value.body
    card = FlexMessage(altText="知らせ", contents=FlexContainer.from_dict(bubble([FLEX_TEXT])))
    api.multicast(MulticastRequest(to=[SAKURA, KEYAKI], messages=[card]))
    assert line.talk(KEYAKI)[0]["type"] == "flex"
    assert api.get_message_quota().value == 50
    assert api.get_message_quota_consumption().total_usage == 3
    assert api.get_profile(SAKURA).display_name == "さくら"
    assert api.get_bot_info().basic_id == "@mado"
    api.show_loading_animation(ShowLoadingAnimationRequest(chatId=SAKURA, loadingSeconds=5))


def test_rich_menus(line: Line, client: ApiClient) -> None:
    api, blobs = MessagingApi(client), MessagingApiBlob(client)
    menu = RichMenuRequest.from_dict(MENU)
    assert menu is not None
    api.validate_rich_menu_object(menu)
    menu_id = api.create_rich_menu(menu).rich_menu_id
    alias = CreateRichMenuAliasRequest(richMenuAliasId="main", richMenuId=menu_id)
    with pytest.raises(ApiException) as refused:
        api.create_rich_menu_alias(alias)
    assert refused.value.status == 400
    blobs.set_rich_menu_image(
        menu_id, body=bytearray(png()), _headers={"Content-Type": "image/png"}
    )
    api.create_rich_menu_alias(alias)
    api.set_default_rich_menu(menu_id)
    assert api.get_default_rich_menu_id().rich_menu_id == menu_id
    api.link_rich_menu_id_to_user(SAKURA, menu_id)
    assert api.get_rich_menu_id_of_user(SAKURA).rich_menu_id == menu_id
    assert api.get_rich_menu_alias_list().aliases[0].rich_menu_alias_id == "main"


def test_webhooks_are_parsed_and_answered(
    line: Line, client: ApiClient, webhooks: Webhooks
) -> None:
    api = MessagingApi(client)
    api.set_webhook_endpoint(SetWebhookEndpointRequest(endpoint=webhooks.url))
    line.control("friend", {"user": KEYAKI, "state": "blocked"})
    line.control("friend", {"user": KEYAKI, "state": "friend"})
    line.control("say", {"user": SAKURA, "text": "もしもし"})
    webhooks.wait(3)
    parser = WebhookParser(BOT_SECRET)
    events = [
        parser.parse(body.decode(), headers["x-line-signature"])[0]
        for headers, body in webhooks.came
    ]
    left, came, said = events
    assert isinstance(left, UnfollowEvent)
    assert isinstance(came, FollowEvent)
    assert isinstance(said, MessageEvent)
    assert isinstance(said.message, TextMessageContent)
    answer = ReplyMessageRequest(replyToken=said.reply_token, messages=[TextMessage(text="はい")])
    api.reply_message(answer)
    assert [one["text"] for one in line.talk(SAKURA)] == ["もしもし", "はい"]
