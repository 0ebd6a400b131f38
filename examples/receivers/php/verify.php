<?php
// Verifies webhooks of Jobchime (Standard Webhooks 1.0) with what PHP has. In a script that a web server calls:
//
//   $header = fn(string $name) => $_SERVER['HTTP_WEBHOOK_' . $name] ?? '';
//   $problem = problemOf($header('ID'), $header('TIMESTAMP'), $header('SIGNATURE'), file_get_contents('php://input'), $keys);
//
// `composer require standard-webhooks/standard-webhooks` is a library that does the same.

const TOLERANCE_SECONDS = 300;

/** Why a message must not be believed; null: it is genuine. Several keys: an old one and a new one. */
function problemOf(string $id, string $timestamp, string $signatures, string $body, array $keys, ?int $now = null): ?string
{
    if ($id === '' || $timestamp === '' || $signatures === '') return 'missing header';
    if (!preg_match('/^[0-9]{1,12}$/D', $timestamp)) return 'stale';
    if (abs(($now ?? time()) - (int) $timestamp) > TOLERANCE_SECONDS) return 'stale';
    foreach ($keys as $key) {
        $secret = base64_decode(preg_replace('/^whsec_/', '', $key), true);
        if ($secret === false || $secret === '') return 'not a key';
        $expected = base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $secret, true));
        foreach (explode(' ', $signatures) as $signature) {
            if (str_starts_with($signature, 'v1,') && hash_equals($expected, substr($signature, 3))) return null;
        }
    }
    return 'bad signature';
}

// WEBHOOK_KEYS='whsec_... whsec_...' php verify.php ID TIMESTAMP SIGNATURE < body
if (PHP_SAPI === 'cli' && realpath($argv[0]) === __FILE__) {
    $now = getenv('WEBHOOK_NOW');
    [$id, $timestamp, $signatures] = array_slice([...$argv, '', '', ''], 1, 3);
    $keys = explode(' ', getenv('WEBHOOK_KEYS'));
    $problem = problemOf($id, $timestamp, $signatures, file_get_contents('php://stdin'), $keys, $now === false ? null : (int) $now);
    fwrite($problem === null ? STDOUT : STDERR, ($problem ?? 'verified') . "\n");
    exit($problem === null ? 0 : 1);
}
