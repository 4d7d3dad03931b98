using System.Text;
using Microsoft.AspNetCore.Http;
using Stillwatch.Accounts;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Identify;

namespace Stillwatch.Tests.Gateway;

/// <summary>An exchange that was read and whose sender is known, for a stage by itself.</summary>
internal static class AnExchange
{
    /// <summary>One of <paramref name="body"/>, posted to <paramref name="path"/> by an account of <paramref name="tier"/>.</summary>
    public static Exchange Of(
        GatewayServices services,
        string body,
        string path = "/v1/chat/completions",
        Tier? tier = null,
        GatewayOptions? options = null
    )
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "POST";
        http.Request.Path = path;
        http.Features.Set(new ClientConnection());
        var bytes = Encoding.UTF8.GetBytes(body);
        var exchange = new Exchange(http, WireFormat.At(path)!, services.NextId(), options ?? services.Options)
        {
            Key = new KeyEntry(
                "abcdefgh",
                new byte[ApiKey.HashLength],
                new AccountEntry("alice", null, tier ?? new Tier(Tier.Default), Suspended: false),
                null,
                Revoked: false
            ),
            Taken = true,
        };
        exchange.Request.Buffer = [.. new byte[UpstreamRequest.HeadRoom], .. bytes];
        (exchange.Request.Start, exchange.Request.Length) = (UpstreamRequest.HeadRoom, bytes.Length);
        exchange.Reading = services.Features.Rent();
        exchange.Facts = RequestReader.Read(bytes, exchange.Format, exchange.Reading.Draft);
        return exchange;
    }
}
