using System.CommandLine;
using System.Data.Common;
using System.Text.Json;
using Stillwatch.App.Configuration;
using Stillwatch.Engine.Lake;
using Stillwatch.Engine.Vault;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch query "SQL"</c>: asks the record, sealed and unsealed, in DuckDB's SQL.</summary>
internal static class QueryVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var sql = new Argument<string>("SQL")
        {
            Description = "DuckDB's SQL over the view 'exchanges', such as \"select account, count(*) from exchanges group by all\"",
        };
        var data = new Option<string?>("--data") { Description = $"The data folder; {DataFolder.DefaultPath} otherwise", HelpName = "DIR" };
        var command = new Command("query", "Ask what is on record. Text is opened where the query names it; each row is one JSON object.")
        {
            sql,
            data,
        };
        command.SetAction(parsed => Run(parsed.GetValue(sql)!, parsed.GetValue(data)));
        return command;
    }

    private static int Run(string sql, string? data)
    {
        var folder = DataFolder.Existing(data);
        using var vault = new KeyVault(folder.Vault, folder.Master, durable: false);
        var lake = new ExchangeLake(folder.Lake, Settings.Read(null, folder.Path, []).Journal, vault);
        if (string.IsNullOrWhiteSpace(sql))
        {
            throw new UnusableInputException("the query is empty; try \"select account, count(*) from exchanges group by all\"");
        }

        using var connection = lake.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        try
        {
            using var rows = command.ExecuteReader();
            using var output = Terminal.OpenStandardOutput();
            while (rows.Read())
            {
                using (
                    var json = new Utf8JsonWriter(
                        output,
                        new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
                    )
                )
                {
                    Row(json, rows);
                }

                output.Write("\n"u8);
            }

            return ExitCode.Done;
        }
        catch (Exception fault) when (fault is DbException or System.Runtime.InteropServices.SEHException)
        {
            throw new UnusableInputException(fault.Message.ReplaceLineEndings(" "));
        }
    }

    private static void Row(Utf8JsonWriter json, DbDataReader rows)
    {
        json.WriteStartObject();
        for (var i = 0; i < rows.FieldCount; i++)
        {
            json.WritePropertyName(rows.GetName(i));
            if (rows.IsDBNull(i))
            {
                json.WriteNullValue();
                continue;
            }

            switch (rows.GetValue(i))
            {
                case bool flag:
                    json.WriteBooleanValue(flag);
                    break;
                case DateTime time:
                    json.WriteStringValue(time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
                    break;
                case sbyte or byte or short or ushort or int or uint or long:
                    json.WriteNumberValue(Convert.ToInt64(rows.GetValue(i)));
                    break;
                case float or double when !double.IsFinite(Convert.ToDouble(rows.GetValue(i))):
                    // JSON has no number for it
                    json.WriteStringValue(Convert.ToDouble(rows.GetValue(i)).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case float or double or decimal:
                    json.WriteNumberValue(Convert.ToDouble(rows.GetValue(i)));
                    break;
                case System.Numerics.BigInteger whole:
                    json.WriteRawValue(whole.ToString());
                    break;
                case Stream blob:
                    using (var bytes = new MemoryStream())
                    {
                        blob.CopyTo(bytes);
                        json.WriteBase64StringValue(bytes.ToArray());
                    }

                    break;
                case var value:
                    json.WriteStringValue(value.ToString());
                    break;
            }
        }

        json.WriteEndObject();
    }
}
